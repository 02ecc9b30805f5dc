import { describe, expect, test } from 'vitest'
import { endOfThrow } from '../../lambdas/task-runtime/end-of-throw.ts'
import { SensorNotReady } from '../../lambdas/task-runtime/poke-sensor.ts'
import type { RetryPolicyRule } from '../../run-model/index.ts'
import { taskInstance } from '../support/runs.ts'

const named = (name: string, message = 'boom') => Object.assign(new Error(message), { name })
const rule = (error: string, action: RetryPolicyRule['action'], delay: number | null = null) => ({
  error,
  action,
  delay,
})
const tries = (tryNumber: number, maxTries: number) => taskInstance({ tryNumber, maxTries })

function endOf(thrown: unknown, policy: readonly RetryPolicyRule[] = [], record = tries(1, 2)) {
  const end = endOfThrow(thrown, record, policy)
  const toMachine = 'toMachine' in end ? end.toMachine?.name : undefined
  return toMachine === undefined ? end.state : `${end.state} as ${toMachine}`
}

describe('a retry policy', () => {
  test('retries, fails or skips by the name of the error', () => {
    const policy = [rule('Slow', 'retry'), rule('Wrong', 'fail'), rule('Nothing', 'skip')]
    expect(endOf(named('Slow'), policy)).toBe('up_for_retry')
    expect(endOf(named('Wrong'), policy)).toBe('failed as FailTask')
    expect(endOf(named('Nothing'), policy)).toBe('skipped')
    expect(endOf(named('Other'), policy)).toBe('up_for_retry')
  })

  test('never makes more tries than the task has', () => {
    expect(endOf(named('Slow'), [rule('Slow', 'retry', 5)], tries(3, 2))).toBe('failed')
    expect(endOf(named('Slow'), [rule('Slow', 'retry')], tries(1, 0))).toBe('failed')
  })

  test('throws what has a delay of its own under the name that its retrier knows', () => {
    class RateLimited extends Error {}
    const policy = [rule('RateLimited', 'retry', 90)]
    expect(endOf(new RateLimited('slow down'), policy)).toBe('up_for_retry as RateLimited')
    expect(endOf(named('api.RateLimited'), policy)).toBe('up_for_retry as RateLimited')
  })

  test('throws what a pattern gives a delay under the name of the rule: retriers know names only', () => {
    const policy = [rule('Slow', 'retry', 5), rule('*429*', 'retry', 90), rule('Later', 'retry', 7), rule('*', 'retry')]
    expect(endOf(named('Slow', 'code 429'), policy)).toBe('up_for_retry as Slow')
    expect(endOf(named('Error', 'code 429'), policy)).toBe('up_for_retry as RetryRule.2')
    expect(endOf(named('Later', 'code 500'), policy)).toBe('up_for_retry as RetryRule.3')
    expect(endOf(named('Other', 'code 500'), policy)).toBe('up_for_retry')
  })

  test('comes after what the author says by SkipTask and FailTask', () => {
    const policy = [rule('*', 'retry')]
    expect(endOf(named('SkipTask'), policy)).toBe('skipped')
    expect(endOf(named('FailTask'), policy)).toBe('failed as FailTask')
    expect(endOf(named('AirflowFailException'), policy)).toBe('failed as FailTask')
  })

  test('judges what is no Error by its text', () => {
    expect(endOf('no such host', [rule('*host', 'fail')])).toBe('failed as FailTask')
  })
})

test('a sensor that is not ready ends no try', () => {
  expect(endOf(new SensorNotReady('later'), [rule('*', 'fail')])).toBe('up_for_reschedule')
})

test('what is thrown to the machine carries the message and the cause', () => {
  const thrown = named('Wrong', 'no rows')
  const end = endOfThrow(thrown, tries(1, 2), [rule('Wrong', 'fail')])
  expect('toMachine' in end && end.toMachine).toMatchObject({ message: 'Wrong: no rows', cause: thrown })
})
