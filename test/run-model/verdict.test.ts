import { describe, expect, test } from 'vitest'
import { inferStatuses, runVerdict, type TaskWiring, type TriggerRule, type Wiring } from '../../run-model/index.ts'

function wiring(tasks: Readonly<Record<string, readonly [rule: TriggerRule, ...upstreams: string[]]>>): Wiring {
  const wired = Object.entries(tasks).map(([taskId, [triggerRule, ...upstreams]]): [string, TaskWiring] => [
    taskId,
    {
      taskId,
      operator: 'task',
      triggerRule,
      upstreams,
      feeds: [],
      retries: 0,
      executionTimeout: null,
      doXcomPush: true,
    },
  ])
  const used = new Set(wired.flatMap(([, task]) => task.upstreams))
  const leaves = wired.map(([key]) => key).filter((key) => !used.has(key))
  return { hash: 'h', dagId: 'd', tasks: Object.fromEntries(wired), gates: {}, leaves }
}

const chain = wiring({ a: ['all_success'], b: ['all_success', 'a'], c: ['all_success', 'b'] })

describe('inferred statuses', () => {
  test('the first task without a status crashed, those behind it are upstream_failed', () => {
    expect({ ...inferStatuses(chain, { a: 'success' }) }).toEqual({ a: 'success', b: 'failed', c: 'upstream_failed' })
  })

  test('a recorded status stands even where the rule would say otherwise', () => {
    expect({ ...inferStatuses(chain, { a: 'failed', c: 'success' }) }).toEqual({
      a: 'failed',
      b: 'upstream_failed',
      c: 'success',
    })
  })

  test('skips propagate by rule', () => {
    const join = wiring({
      a: ['all_success'],
      b: ['all_success'],
      j: ['none_failed', 'a', 'b'],
      k: ['all_success', 'a'],
    })
    expect({ ...inferStatuses(join, { a: 'skipped', b: 'success', j: 'success' }) }).toMatchObject({ k: 'skipped' })
  })

  test.each([
    ['one_success', 'failed', 'success', 'failed'],
    ['one_success', 'failed', 'skipped', 'upstream_failed'],
    ['one_failed', 'success', 'skipped', 'skipped'],
    ['one_failed', 'success', 'failed', 'failed'],
    ['one_done', 'skipped', 'skipped', 'skipped'],
    ['always', 'failed', 'failed', 'failed'],
  ] as const)('%s over %s and %s without a status is %s: the rule decides whether it had started', (rule, a, b, e) => {
    const early = wiring({ a: ['all_success'], b: ['all_success'], e: [rule, 'a', 'b'] })
    expect({ ...inferStatuses(early, { a, b }) }).toEqual({ a, b, e })
  })

  test('a task that ran on a success which turned into a failure keeps its own status', () => {
    const early = wiring({
      a: ['all_success'],
      b: ['all_success'],
      e: ['one_success', 'a', 'b'],
      f: ['all_success', 'e'],
    })
    expect({ ...inferStatuses(early, { a: 'failed', b: 'skipped', e: 'success', f: 'success' }) }).toMatchObject({
      e: 'success',
      f: 'success',
    })
  })

  test('keys that JavaScript sorts by number still come after their upstreams', () => {
    const numbers = wiring({ '10': ['all_success'], '9': ['all_success', '10'], '1': ['all_success', '9'] })
    expect({ ...inferStatuses(numbers, { '10': 'success', '9': 'success' }) }).toEqual({
      '10': 'success',
      '9': 'success',
      '1': 'failed',
    })
  })

  test('a task named like a property of every object is inferred like any other', () => {
    const odd = wiring(
      Object.fromEntries([
        ['constructor', ['all_success']],
        ['toString', ['all_success', 'constructor']],
      ] as const),
    )
    expect({ ...inferStatuses(odd, {}) }).toEqual({ constructor: 'failed', toString: 'upstream_failed' })
  })

  test('a wiring with a cycle is refused instead of looping', () => {
    expect(() => inferStatuses(wiring({ a: ['all_success', 'b'], b: ['all_success', 'a'] }), {})).toThrow(/cycle/)
  })
})

describe('the verdict', () => {
  test.each([
    ['success', 'success'],
    ['skipped', 'success'],
    ['failed', 'failed'],
    ['upstream_failed', 'failed'],
  ] as const)('a leaf that is %s makes the run %s', (status, state) => {
    const verdict = runVerdict(chain, { a: 'success', b: 'success', c: status })
    expect(verdict).toEqual({ state, failedLeaves: state === 'failed' ? ['c'] : [] })
  })

  test('an all_done leaf hides a failure in the middle', () => {
    const cleanup = wiring({ a: ['all_success'], z: ['all_done', 'a'] })
    expect(runVerdict(cleanup, { a: 'failed', z: 'success' }).state).toBe('success')
  })
})
