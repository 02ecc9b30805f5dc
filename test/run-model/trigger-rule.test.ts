import { describe, expect, test } from 'vitest'
import { decideTriggerRule, type RuleDecision, type StatusEntry, type TriggerRule } from '../../run-model/index.ts'

/**
 * The table of semantics §7 once more, column by column and as written there. n upstreams, s success, f failed,
 * u upstream_failed, k skipped; the first column that matches wins.
 */
type Column = (c: { n: number; s: number; f: number; u: number; k: number }) => boolean
const never: Column = () => false
const table: Record<TriggerRule, { atOnce?: Column; upstreamFailed: Column; skipped: Column; runs: Column }> = {
  all_success: { upstreamFailed: (c) => c.f + c.u > 0, skipped: (c) => c.k > 0, runs: (c) => c.s === c.n },
  all_failed: { upstreamFailed: never, skipped: (c) => c.s + c.k > 0, runs: (c) => c.f + c.u === c.n },
  all_done: { upstreamFailed: never, skipped: never, runs: () => true },
  all_done_min_one_success: {
    upstreamFailed: (c) => c.k === 0 && c.s === 0,
    skipped: (c) => c.k > 0,
    runs: (c) => c.k === 0 && c.s > 0,
  },
  none_failed: { upstreamFailed: (c) => c.f + c.u > 0, skipped: never, runs: (c) => c.f + c.u === 0 },
  none_failed_min_one_success: {
    upstreamFailed: (c) => c.f + c.u > 0,
    skipped: (c) => c.k === c.n,
    runs: (c) => c.f + c.u === 0 && c.s > 0,
  },
  none_skipped: { upstreamFailed: never, skipped: (c) => c.k > 0, runs: (c) => c.k === 0 },
  all_skipped: { upstreamFailed: never, skipped: (c) => c.k < c.n, runs: (c) => c.k === c.n },
  one_success: {
    atOnce: (c) => c.s > 0,
    upstreamFailed: (c) => c.s === 0 && c.k < c.n,
    skipped: (c) => c.k === c.n,
    runs: (c) => c.s > 0,
  },
  one_failed: {
    atOnce: (c) => c.f + c.u > 0,
    upstreamFailed: never,
    skipped: (c) => c.f + c.u === 0,
    runs: (c) => c.f + c.u > 0,
  },
  one_done: {
    atOnce: (c) => c.s + c.f > 0,
    upstreamFailed: never,
    skipped: (c) => c.s + c.f === 0,
    runs: (c) => c.s + c.f > 0,
  },
  // Over the direct setups of a teardown.
  all_done_setup_success: {
    upstreamFailed: (c) => c.s === 0 && c.k < c.n,
    skipped: (c) => c.k === c.n,
    runs: (c) => c.s > 0,
  },
  always: { atOnce: () => true, upstreamFailed: never, skipped: never, runs: () => true },
}

function readTable(rule: TriggerRule, upstreams: readonly (StatusEntry | undefined)[]): RuleDecision {
  const of = (status: StatusEntry) => upstreams.filter((upstream) => upstream === status).length
  const counts = { n: upstreams.length, s: of('success'), f: of('failed'), u: of('upstream_failed'), k: of('skipped') }
  const row = table[rule]
  const open = upstreams.includes(undefined)
  if (open && !row.atOnce?.(counts)) return 'undecided'
  if (open) return 'run'
  if (row.upstreamFailed(counts)) return 'upstream_failed'
  if (row.skipped(counts)) return 'skipped'
  if (row.runs(counts)) return 'run'
  throw new Error(`${rule} leaves ${JSON.stringify(counts)} undecided`)
}

/** Every multiset of `size` statuses, in one fixed order. */
function multisets(size: number, from = 0): (StatusEntry | undefined)[][] {
  const statuses = ['success', 'failed', 'upstream_failed', 'skipped', undefined] as const
  if (size === 0) return [[]]
  return statuses.slice(from).flatMap((status, i) => multisets(size - 1, from + i).map((rest) => [status, ...rest]))
}

const rules = Object.keys(table) as TriggerRule[] // the table's keys are the rules

describe.each(rules)('%s', (rule) => {
  test('runs without upstreams', () => {
    expect(decideTriggerRule(rule, [])).toBe('run')
  })

  test.each([1, 2, 3, 4])('decides every multiset of %i upstreams as the table says, in any order', (size) => {
    const cases = multisets(size)
    expect(cases).toHaveLength([5, 15, 35, 70][size - 1]!)
    for (const upstreams of cases) {
      const expected = readTable(rule, upstreams)
      expect([upstreams, decideTriggerRule(rule, upstreams)]).toEqual([upstreams, expected])
      expect(decideTriggerRule(rule, upstreams.toReversed())).toBe(expected)
    }
  })

  test('never revokes a decision when an undecided upstream ends', () => {
    for (const upstreams of multisets(3)) {
      const early = decideTriggerRule(rule, upstreams)
      if (early === 'undecided') continue
      for (const end of ['success', 'failed', 'upstream_failed', 'skipped'] as const) {
        expect(
          decideTriggerRule(
            rule,
            upstreams.map((status) => status ?? end),
          ),
        ).toBe(early)
      }
    }
  })
})
