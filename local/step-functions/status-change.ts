/** The EventBridge detail of an execution's present status. */
import type { ExecutionState } from './execution/state.ts'
import type { StatusChange } from './port.ts'

export function statusChange(state: ExecutionState): StatusChange {
  return {
    executionArn: state.identity.arn,
    stateMachineArn: state.identity.machineArn,
    name: state.identity.name,
    status: state.status,
    startDate: state.startedAtMs,
    stopDate: state.stoppedAtMs,
    input: state.input,
    output: state.output,
    error: state.error,
    cause: state.cause,
  }
}
