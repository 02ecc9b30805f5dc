/**
 * Calls of any other service, through the port: `aws-sdk:` as it is, optimized integrations with what AWS adds to request and
 * answer. Invariant: never rejects.
 */
import type { TaskResource } from '../definition/resource.ts'
import type { StartedBy, TaskOutcome } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'
import { serviceFailure } from './error-names.ts'
import { httpMetadata, jsonHeaders } from './metadata.ts'

type ServiceTask = Extract<TaskResource, { kind: 'service' }>
type Json = Readonly<Record<string, unknown>>

export interface ServiceCallAround {
  readonly options: StepFunctionsOptions
  readonly startedBy: StartedBy
}

export async function callService(
  task: ServiceTask,
  parameters: string,
  { options, startedBy }: ServiceCallAround,
): Promise<TaskOutcome> {
  try {
    const given: unknown = JSON.parse(parameters)
    const args = task.sdk ? given : optimizedRequest(task, given, resourcesOf(options, startedBy))
    const answer = await options.callService(task.service, `${task.action}${task.waits ? '.sync' : ''}`, args)
    return task.sdk ? succeeded(withoutMetadata(answer)) : optimizedOutcome(task, withoutMetadata(answer))
  } catch (error) {
    return serviceFailure(task, error)
  }
}

const succeeded = (answer: unknown): TaskOutcome => ({ ok: true, output: JSON.stringify(answer) })

/** SNS, SQS and EventBridge take JSON where the service takes text; an event says which execution put it. */
function optimizedRequest(task: ServiceTask, args: unknown, resources: readonly string[]): unknown {
  if (!isObject(args)) return args
  const request = withTexts(args)
  if (task.service !== 'events' || !Array.isArray(request.Entries)) return request
  return { ...request, Entries: request.Entries.map((entry) => (isObject(entry) ? eventOf(entry, resources) : entry)) }
}

function withTexts(args: Json): Json {
  const texts = Object.entries(args).map(([name, value]) => {
    const isText = ['Message', 'MessageBody', 'Detail'].includes(name) && typeof value !== 'string'
    return [name, isText ? JSON.stringify(value) : value]
  })
  return Object.fromEntries(texts)
}

/** AWS: the ARNs of execution and machine are appended to `Resources` of every entry. */
function eventOf(entry: Json, resources: readonly string[]): Json {
  const own = Array.isArray(entry.Resources) ? entry.Resources : []
  return { ...withTexts(entry), Resources: [...own, ...resources] }
}

function resourcesOf({ region, accountId }: StepFunctionsOptions, startedBy: StartedBy): readonly string[] {
  const { machineName, executionName } = startedBy
  const prefix = `arn:aws:states:${region}:${accountId}`
  return [`${prefix}:execution:${machineName}:${executionName}`, `${prefix}:stateMachine:${machineName}`]
}

/** AWS: `EventBridge.FailedEntry` when the answer of PutEvents counts an entry that was not taken; the answer is the cause. */
function optimizedOutcome(task: ServiceTask, answer: unknown): TaskOutcome {
  if (!isObject(answer) || task.waits) return succeeded(answer)
  const text = JSON.stringify(answer)
  if (task.service === 'events' && Number(answer.FailedEntryCount ?? 0) > 0) {
    return { ok: false, error: 'EventBridge.FailedEntry', cause: text }
  }
  return succeeded({ ...answer, ...httpMetadata(jsonHeaders(text)) })
}

function withoutMetadata(answer: unknown): unknown {
  if (!isObject(answer)) return answer ?? {}
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== '$metadata'))
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
