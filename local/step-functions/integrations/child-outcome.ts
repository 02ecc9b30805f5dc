/** What a `.sync` task gets from the execution it waited for. Source: AWS, "Start a workflow execution from a state". */
import type { TaskOutcome } from '../execution/entry.ts'
import type { ExecutionState } from '../execution/state.ts'

/** @param asJson `.sync:2` gives `Input` and `Output` as JSON, `.sync` as text. */
export function childOutcome(child: ExecutionState | null, asJson: boolean): TaskOutcome {
  if (!child) return { ok: false, error: 'States.TaskFailed', cause: 'The log of the execution is lost.' }
  if (child.status === 'SUCCEEDED') return { ok: true, output: JSON.stringify(describeChild(child, asJson)) }
  return { ok: false, error: 'States.TaskFailed', cause: JSON.stringify(describeChild(child, false)) }
}

/** The execution's ARN in the answer of StartExecution. */
export function startedArn(output: string): string {
  return String((JSON.parse(output) as { ExecutionArn: unknown }).ExecutionArn) // our own writing, see step-functions.ts
}

/** What DescribeExecution says of it, with capital letters. */
export function describeChild(child: ExecutionState, asJson: boolean): Readonly<Record<string, unknown>> {
  const { identity, status, input, output, error, cause } = child
  const text = (json: string): unknown => (asJson ? JSON.parse(json) : json)
  const redrivable = status !== 'SUCCEEDED'
  return {
    ...(cause === null ? {} : { Cause: cause }),
    ...(error === null ? {} : { Error: error }),
    ExecutionArn: identity.arn,
    Input: text(input),
    InputDetails: { Included: true },
    Name: identity.name,
    ...(output === null ? {} : { Output: text(output), OutputDetails: { Included: true } }),
    RedriveCount: child.redriveCount,
    RedriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(redrivable ? {} : { RedriveStatusReason: `Execution is ${status} and cannot be redriven` }),
    StartDate: child.startedAtMs,
    StateMachineArn: identity.machineArn,
    Status: status,
    ...(child.stoppedAtMs === null ? {} : { StopDate: child.stoppedAtMs }),
  }
}
