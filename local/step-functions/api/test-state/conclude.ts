/** What a played state came to, as TestState answers it. */
import type { Entry, TaskOutcome } from '../../execution/entry.ts'
import { matches } from '../../execution/failure.ts'
import type { Tested } from './read-tested.ts'

export function conclusion({ state }: Tested, entries: readonly Entry[]) {
  const last = entries.at(-1)!
  const failed = failureIn(entries)
  if (last.type === '~RetryScheduled') return { status: 'RETRIABLE', ...failed }
  if (!last.type.endsWith('StateExited')) {
    const { error, cause } = last.details ?? {}
    return { status: 'FAILED', ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
  }
  const next = last.own?.next === undefined ? {} : { nextState: last.own.next }
  const output = { output: last.details!.output }
  const isCaught = failed !== null && Array.isArray(state.Catch)
  return isCaught
    ? { status: 'CAUGHT_ERROR', ...failed, ...output, ...next }
    : { status: 'SUCCEEDED', ...output, ...next }
}

/** The error that Retry and Catch looked at. */
function failureIn(entries: readonly Entry[]): { readonly error?: string; readonly cause?: string } | null {
  const failed = entries.findLast(
    ({ type }) => /(Failed|TimedOut)$/.test(type) && !/^(Execution|MapState|ParallelState)/.test(type),
  )
  if (!failed) return null
  const { error, cause } = { ...failed.own, ...failed.details }
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
}

/** Which handler took the error. */
export function errorDetailsOf({ state }: Tested, entries: readonly Entry[]) {
  const last = entries.at(-1)!
  if (last.type === '~RetryScheduled') {
    const { retrier, untilMs } = last.own!
    return { retryIndex: retrier, retryBackoffIntervalSeconds: Math.round((untilMs! - last.atMs) / 1000) }
  }
  const failed = failureIn(entries)
  const catchers = Array.isArray(state.Catch) ? state.Catch : []
  if (!failed || !last.type.endsWith('StateExited')) return null
  return { catchIndex: catchers.findIndex((catcher) => matches(Object(catcher).ErrorEquals, failed.error ?? null)) }
}

/** For the stages of an inspection: the call is not made again. */
export function outcomeIn(entries: readonly Entry[]): TaskOutcome | null {
  const ended = entries.find(({ type }) => /^(Task|LambdaFunction)(Succeeded|Failed|SubmitFailed|TimedOut)$/.test(type))
  if (!ended) return null
  const { output, error = '', cause = '' } = ended.details ?? {}
  return output === undefined ? { ok: false, error, cause } : { ok: true, output }
}
