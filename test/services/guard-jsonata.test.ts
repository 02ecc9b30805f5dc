/** The guard's JSONata says what `decideTurn` says, for every rule over every combination of entries. */
import { describe, expect, it } from 'vitest'
import { guardJsonata } from '../../dag-compiler/4-asl/service/guard.ts'
import { decideTurn, type StateEntry, type TriggerRule, triggerRules } from '../../run-model/index.ts'
import { evaluateText } from './support/evaluate.ts'

const entries: readonly StateEntry[] = [
  'success',
  'failed',
  'skipped',
  'upstream_failed',
  { s: 'success', v: { '/x': 1 } },
  { s: 'failed', c: [1, 0, 2, 0] },
  { s: 'success', c: [2, 1, 0, 0] },
  { s: 'skipped', c: [0, 0, 0, 0] },
  { s: 'upstream_failed', c: [0, 0, 0, 0] },
]
const pairs: StateEntry[][] = [...entries.map((a) => [a]), ...entries.flatMap((a) => entries.map((b) => [a, b]))]
const at = (index: number) => `$states.input.t${index}`
const input = (given: readonly StateEntry[]) => ({
  input: Object.fromEntries(given.map((entry, index) => [`t${index}`, entry])),
})

describe('a guard', () => {
  it.each([...triggerRules, 'all_done_setup_success'] as TriggerRule[])(
    'decides %s as the wrapper does',
    async (rule) => {
      for (const given of pairs) {
        const keys = given.map((_, index) => `t${index}`)
        const expected = decideTurn(
          { triggerRule: rule, upstreams: keys, teardownOf: keys },
          (key) => given[Number(key.slice(1))],
        )
        const jsonata = guardJsonata({
          rule,
          counted: keys.map((_, index) => at(index)),
          setups: [],
          deciders: [],
          hasCounts: true,
        })
        expect(await evaluateText(jsonata, input(given)), JSON.stringify(given)).toBe(expected)
      }
    },
  )

  it('asks setups before the rule', async () => {
    for (const given of pairs.filter(({ length }) => length === 2)) {
      const expected = decideTurn(
        { triggerRule: 'all_done', upstreams: ['t0'], setups: ['t1'] },
        (key) => given[Number(key.slice(1))],
      )
      const jsonata = guardJsonata({
        rule: 'all_done',
        counted: [at(0)],
        setups: [at(1)],
        deciders: [],
        hasCounts: true,
      })
      expect(await evaluateText(jsonata, input(given)), JSON.stringify(given)).toBe(expected)
    }
  })

  it.each<[StateEntry, string]>([
    [{ s: 'success', b: ['x'] }, 'run'],
    [{ s: 'success', b: ['x', 'y'] }, 'run'],
    [{ s: 'success', b: ['y'] }, 'skipped'],
    [{ s: 'success', b: [] }, 'skipped'],
    ['failed', 'run'],
    ['skipped', 'run'],
  ])('skips a task that the decider %j did not keep', async (decider, expected) => {
    const jsonata = guardJsonata({
      rule: 'all_done',
      counted: [at(0)],
      setups: [],
      deciders: [{ entry: at(0), keptBy: ['x'] }],
      hasCounts: false,
    })
    expect(await evaluateText(jsonata, input([decider]))).toBe(expected)
  })

  it('lets an early rule run while others have no entry yet', async () => {
    const jsonata = guardJsonata({
      rule: 'one_success',
      counted: [at(0), at(1)],
      setups: [],
      deciders: [],
      hasCounts: true,
    })
    expect(await evaluateText(jsonata, input(['success']))).toBe('run')
  })
})
