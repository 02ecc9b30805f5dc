import { describe, expect, test } from 'vitest'
import { decideTriggerRule, decideTurn, type StateEntry, type TriggerRule } from '../../run-model/index.ts'

const turn = (
  task: { triggerRule?: TriggerRule; upstreams?: string[]; setups?: string[]; teardownOf?: string[] },
  entries: Readonly<Record<string, StateEntry>>,
) => decideTurn({ triggerRule: 'all_success', upstreams: [], ...task }, (key) => entries[key])

describe('a mapped upstream', () => {
  const m = (...c: [number, number, number, number]): StateEntry => ({ s: c[2] > 0 ? 'failed' : 'success', c })

  test.each([
    ['all_success', m(2, 0, 0, 0), 'run'],
    ['all_success', m(1, 1, 0, 0), 'skipped'],
    ['all_success', m(1, 1, 1, 0), 'upstream_failed'],
    ['none_failed_min_one_success', m(1, 3, 0, 0), 'run'],
    ['one_success', m(1, 0, 5, 0), 'run'],
    ['all_failed', m(0, 0, 2, 1), 'run'],
    ['all_failed', m(1, 0, 2, 1), 'skipped'],
    ['one_done', m(0, 1, 0, 4), 'skipped'],
    ['all_skipped', { s: 'skipped', c: [0, 0, 0, 0] }, 'run'],
    ['all_success', { s: 'upstream_failed', c: [0, 0, 0, 0] }, 'upstream_failed'],
  ] as const)('under %s counts with all its instances: %j is %s', (rule, entry, decision) => {
    expect(decideTriggerRule(rule, [entry])).toBe(decision)
  })
})

describe('a task that works under setups', () => {
  const work = { upstreams: ['a'], setups: ['s', 't'] }

  test.each([
    [{ a: 'success', s: 'success', t: 'success' }, 'run'],
    [{ a: 'success', s: 'success' }, 'undecided'],
    [{ a: 'failed', s: 'success' }, 'undecided'],
    [{ a: 'success', s: 'failed', t: 'skipped' }, 'upstream_failed'],
    [{ a: 'failed', s: 'skipped', t: 'success' }, 'skipped'],
    [{ a: 'failed', s: 'success', t: 'success' }, 'upstream_failed'],
  ] as const)('after %j: %s', (entries, decision) => {
    expect(turn(work, entries)).toBe(decision)
  })

  test('asks its setups before any rule, also before one that never waits', () => {
    expect(turn({ ...work, triggerRule: 'always' }, {})).toBe('undecided')
    expect(turn({ ...work, triggerRule: 'all_done' }, { a: 'success', s: 'upstream_failed', t: 'success' })).toBe(
      'upstream_failed',
    )
  })
})

describe('a teardown', () => {
  const down = { triggerRule: 'all_done_setup_success', upstreams: ['s', 'w'], teardownOf: ['s'] } as const

  test.each([
    [{ s: 'success', w: 'failed' }, 'run'],
    [{ s: 'success' }, 'undecided'],
    [{ s: 'skipped', w: 'failed' }, 'skipped'],
    [{ s: 'failed', w: 'upstream_failed' }, 'upstream_failed'],
  ] as const)('after %j: %s', (entries, decision) => {
    expect(turn({ ...down, upstreams: [...down.upstreams], teardownOf: [...down.teardownOf] }, entries)).toBe(decision)
  })

  test('of two setups runs when one succeeded', () => {
    const two = { triggerRule: 'all_done_setup_success' as const, upstreams: ['s', 't'], teardownOf: ['s', 't'] }
    expect(turn(two, { s: 'success', t: 'skipped' })).toBe('run')
    expect(turn(two, { s: 'failed', t: 'skipped' })).toBe('upstream_failed')
  })

  test('without setups only waits', () => {
    expect(turn({ triggerRule: 'all_done_setup_success', upstreams: ['w'] }, { w: 'failed' })).toBe('run')
    expect(turn({ triggerRule: 'all_done_setup_success', upstreams: ['w'] }, {})).toBe('undecided')
  })
})
