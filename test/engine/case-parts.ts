/** Words of which the conformance cases are made: where a rule is written, states that recur, and the events they leave. */
import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { expect } from 'vitest'
import { errorNamed, type FakeLambda } from './harness.ts'

/** https://states-language.net/spec.html */
export const spec = (section: string) => `Amazon States Language, ${section}`
/** https://docs.aws.amazon.com/step-functions/latest/dg/ */
export const guide = (page: string) => `AWS Step Functions Developer Guide, ${page}`

export const end = { End: true }
export const jsonPath = { QueryLanguage: 'JSONPath' }
export const give = (output: unknown) => ({ Type: 'Pass', Output: output, End: true })
/** A region of one Pass. */
export const region = (output?: unknown, name = 'In') => ({
  StartAt: name,
  States: { [name]: { Type: 'Pass', ...(output === undefined ? {} : { Output: output }), End: true } },
})
/** Branches of one Pass each; names are unique in a machine. */
export const regions = (...outputs: readonly unknown[]) => outputs.map((output, index) => region(output, `In${index}`))
export const regionOf = (state: object, name = 'In') => ({ StartAt: name, States: { [name]: { ...state, End: true } } })
export const failing = (error: string, cause?: string) => ({
  StartAt: 'Stop',
  States: { Stop: { Type: 'Fail', Error: error, ...(cause === undefined ? {} : { Cause: cause }) } },
})
export const onError = (names: readonly string[], more: object = {}) => ({
  ErrorEquals: names,
  Next: 'Caught',
  ...more,
})

export const throws =
  (name: string, message = 'no'): FakeLambda =>
  () => {
    throw errorNamed(name, message)
  }
/** Fails once per name, then answers how often it was called. */
export function throwsInTurn(names: readonly string[]): FakeLambda {
  const made = { calls: 0 }
  return () => {
    const name = names[made.calls++]
    if (name !== undefined) throw errorNamed(name, 'not yet')
    return made.calls
  }
}
export const never: FakeLambda = () => new Promise(() => {})

type Steps = readonly (string | readonly string[])[]
export const succeeded = (...steps: Steps) => ['ExecutionStarted', ...steps.flat(), 'ExecutionSucceeded']
export const failed = (...steps: Steps) => ['ExecutionStarted', ...steps.flat(), 'ExecutionFailed']
const both = (type: string) => (name: string) => [`${type}StateEntered:${name}`, `${type}StateExited:${name}`]
export const passed = both('Pass')
export const chose = both('Choice')
export const waited = both('Wait')
export const didSucceed = both('Succeed')
const called = (name: string) => [`TaskStateEntered:${name}`, 'TaskScheduled', 'TaskStarted']
export const did = (name: string) => [...called(name), 'TaskSucceeded', `TaskStateExited:${name}`]
/** A task whose call is answered by a later message. */
export const awaited = (name: string) => [...called(name), 'TaskSubmitted', 'TaskSucceeded', `TaskStateExited:${name}`]
export const broke = (name: string) => [...called(name), 'TaskFailed']
export const retried = ['TaskScheduled', 'TaskStarted']
export const ranMap = (name: string) => [
  `MapStateEntered:${name}`,
  'MapStateStarted',
  'MapRunStarted',
  'MapRunSucceeded',
  'MapStateSucceeded',
  `MapStateExited:${name}`,
]

/** Milliseconds from one event of a type to the next. */
export function expectDelays(history: readonly HistoryEvent[], milliseconds: readonly number[]): void {
  const times = history.filter(({ type }) => type === 'TaskScheduled').map(({ timestamp }) => timestamp!.getTime())
  expect(times.slice(1).map((time, index) => time - times[index]!)).toEqual(milliseconds)
}

export function expectLasts(history: readonly HistoryEvent[], milliseconds: number): void {
  expect(history.at(-1)!.timestamp!.getTime() - history[0]!.timestamp!.getTime()).toBe(milliseconds)
}

export function expectCount(events: readonly string[], type: string, count: number): void {
  expect(events.filter((event) => event === type)).toHaveLength(count)
}
