/** Traps of the compiler design (§14) that only the engine and runtime that ship can fall into. */
import { describe, expect, it } from 'vitest'
import { Dag, type TriggerRule } from '../../dag-compiler/define.ts'
import { simulate } from '../../local/virtual/index.ts'
import { compiledFrom } from '../compiler/support/definitions.ts'

/** `list` takes 9 seconds, `other` 5; `use` is mapped over what `list` returns and comes after both. */
function mappedDag(triggerRule: TriggerRule): Dag {
  const dag = new Dag('mapped')
  const list = dag.task('list', async (): Promise<number[]> => [])()
  const other = dag.task('other', async () => undefined)()
  const use = dag.task('use', async ({ item }: { item: number }) => item, { triggerRule }).expand({ item: list })
  other.before(use)
  return dag
}

const durations = { list: 9, other: 5 }

describe('trap 13: maps', () => {
  it.each([
    [0, 'skipped', undefined],
    [1, 'success', 1],
    [3, 'success', 3],
  ] as const)('a list of %i is %s', async (length, state, instances) => {
    const { tasks } = await simulate(mappedDag('all_success'), { durations, mapped: { list: length } })
    expect(tasks.use?.state).toBe(state)
    expect(tasks.use?.instances?.length).toBe(instances)
  })

  it.each([
    ['failed', 'upstream_failed'],
    ['skipped', 'skipped'],
  ] as const)(
    'a list that was never made, because its task %s, makes the task %s whatever its rule',
    async (end, state) => {
      const { tasks } = await simulate(mappedDag('all_done'), { durations, outcomes: { list: end } })
      expect(tasks.use).toMatchObject({ state, tries: 0 })
    },
  )

  it.each(['one_success', 'one_done', 'always'] as const)(
    'a task with rule %s that is mapped over a list waits for the list',
    async (rule) => {
      const { tasks } = await simulate(mappedDag(rule), { durations, mapped: { list: 2 } })
      expect(tasks.use).toMatchObject({ state: 'success', start: 9 })
    },
  )

  it('a task with an early rule waits for the whole of the mapped task that makes its list', async () => {
    const dag = new Dag('twice')
    const list = dag.task('list', async (): Promise<number[]> => [])()
    const other = dag.task('other', async () => undefined)()
    const first = dag.task('first', async ({ item }: { item: number }) => item).expand({ item: list })
    const second = dag.task('second', async ({ item }: { item: number }) => item, { triggerRule: 'one_success' })
    other.before(second.expand({ item: first }))
    const run = await simulate(dag, { mapped: { list: 2 }, durations: { first: { each: [1, 20] } } })
    expect(run.tasks.second).toMatchObject({ state: 'success', start: 21 })
    expect(run.tasks.second?.instances).toHaveLength(2)
  })
})

describe('trap 12: commit, then crash', () => {
  it('a task whose answer was lost is not run again, and its gates hear of it', async () => {
    const dag = compiledFrom('a>c a>d b>d')
    const ofCall = (task: string, call: number) => (task === 'a' && call === 1 ? 'lostAnswer' : null)
    const { state, tasks } = await simulate(dag, { durations: { a: 9 }, faults: { ofCall } })
    expect(state).toBe('success')
    expect([tasks.a?.tries, tasks.d?.start]).toEqual([1, 9])
  })
})

describe('trap 6: a lost wake-up heals', () => {
  it('a gate whose release got lost looks again after an hour', async () => {
    const run = await simulate(compiledFrom('a>c a>d b>d'), { durations: { a: 50, b: 10 }, faults: { lostSends: 1 } })
    expect(run.state).toBe('success')
    expect(run.makespan).toBeGreaterThan(3600)
  })
})
