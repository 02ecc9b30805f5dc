/** RedriveExecution, and whether an execution may be redriven. Source: AWS, "Redrive eligibility for unsuccessful executions". */
import type { ExecutionState } from '../execution/state.ts'
import { ApiError, optionalText, type Request, requiredText, seconds } from './api-error.ts'
import { readExecutionArn } from './arns.ts'
import type { Service } from './service.ts'

/** AWS: 14 days after the end. */
const redrivableMs = 14 * 86_400_000
/** AWS: an execution lasts at most a year, redrives included. */
const longestMs = 365 * 86_400_000
/** AWS: an execution with this many events cannot be redriven. */
const mostEvents = 24_999

export function redriveExecution(service: Service, request: Request) {
  const arn = requiredText(request, 'executionArn')
  const clientToken = optionalText(request, 'clientToken')
  const key = readExecutionArn(arn)
  const state = service.engine.find(key)
  if (!state) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  // Repeated with the same token: the redrive that is under way, or has been, answers.
  if (clientToken !== null && clientToken === state.redriveToken) return { redriveDate: seconds(state.redrivenAtMs!) }
  const reason = whyNot(state, service.options.clock.now())
  if (reason !== null) throw new ApiError('ExecutionNotRedrivable', reason)
  service.engine.redrive(key, state, clientToken)
  return { redriveDate: seconds(service.options.clock.now()) }
}

/** The redrive members of DescribeExecution. */
export function redriveFields(state: ExecutionState, nowMs: number) {
  const reason = whyNot(state, nowMs)
  return {
    redriveCount: state.redriveCount,
    ...(state.redrivenAtMs === null ? {} : { redriveDate: seconds(state.redrivenAtMs) }),
    redriveStatus: reason === null ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(reason === null ? {} : { redriveStatusReason: reason }),
  }
}

function whyNot(state: ExecutionState, nowMs: number): string | null {
  if (state.status === 'RUNNING' || state.status === 'SUCCEEDED')
    return `Execution is ${state.status} and cannot be redriven`
  if (state.identity.mapRunArn !== undefined) return 'Execution is a child of a Map Run: redrive its parent'
  if (nowMs - state.stoppedAtMs! > redrivableMs || nowMs - state.startedAtMs > longestMs)
    return "Execution's redrivable period exceeded"
  if (state.nextEventId > mostEvents) return 'Execution history event limit exceeded'
  return null
}
