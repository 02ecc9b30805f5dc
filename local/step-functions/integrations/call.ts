/** Makes the call of a scheduled task and shapes its answer as AWS's integration does. Invariant: never rejects. */
import type { TaskResource } from '../definition/resource.ts'
import type { StartedBy, TaskOutcome } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'
import { callFunction, invoke } from './lambda.ts'
import { callService } from './services.ts'
import { callItself, startChild } from './step-functions.ts'

/** An operation of this Step Functions; `startedBy` marks an execution that a task starts. Rejects with an `ApiError`. */
export type Operate = (
  operation: string,
  request: Readonly<Record<string, unknown>>,
  startedBy: StartedBy | null,
) => Promise<object>

export interface CallAround {
  readonly options: StepFunctionsOptions
  readonly operate: Operate
  readonly startedBy: StartedBy
}

export async function call(
  resource: Exclude<TaskResource, { kind: 'activity' }>,
  parameters: string,
  around: CallAround,
): Promise<TaskOutcome> {
  const { options } = around
  if (resource.kind === 'function') return callFunction(resource.arn, parameters, options)
  if (resource.kind === 'lambda') return invoke(parameters, options)
  if (resource.kind === 'execution') return startChild(parameters, around)
  if (resource.service === 'sfn') return callItself(resource, parameters, around)
  return callService(resource, parameters, around)
}
