/** Random DAGs with a mapped group: some tasks that follow one another in the graphs of `random-dags.ts` run once per element. */
import fc from 'fast-check'
import type { TaskDefinition } from '../../../dag-compiler/index.ts'
import { definitionOf } from './definitions.ts'
import { instance } from './random-control-flow.ts'
import { type RandomRun, randomRun } from './random-dags.ts'
import type { Behaviour } from './scenario.ts'

const list = 'the_list'

/** @param ill per cent of tries that do not simply succeed */
export function randomGroups(largest: number, ill: number): fc.Arbitrary<RandomRun> {
  return randomRun(largest, ill).chain((run) => {
    const size = run.definition.tasks.length
    return fc
      .record({
        first: fc.nat(size - 1),
        members: fc.integer({ min: 1, max: 8 }),
        length: fc.integer({ min: 1, max: 3 }),
        each: fc.array(fc.array(instance, { minLength: 3, maxLength: 3 }), { minLength: size, maxLength: size }),
      })
      .map((lot) => withGroup(run, lot))
  })
}

interface Lot {
  readonly first: number
  readonly members: number
  readonly length: number
  readonly each: readonly (readonly Pick<Behaviour, 'outcomes' | 'seconds'>[])[]
}

/** The scenario is in the order of the edges, from lower to higher positions, so no path leaves a stretch of positions and comes back. */
function withGroup({ definition, scenario }: RandomRun, { first, members, length, each }: Lot): RandomRun {
  const inside = new Map([...scenario.keys()].slice(first, first + members).map((id, i) => [id, each[i]!]))
  const tasks = definition.tasks.map((task): TaskDefinition => {
    const { triggerRule } = task.spec
    const isInside = inside.has(task.taskId)
    const countsOutside = definition.edges.some(([from, to]) => to === task.taskId && !inside.has(from))
    // Inside a mapped group `always` is refused, and an early rule that counts tasks outside waits for those inside (decision 0120).
    const isOther = isInside && (triggerRule === 'always' || (countsOutside && /^one_/.test(triggerRule)))
    const spec = { ...task.spec, triggerRule: isOther ? ('all_done' as const) : triggerRule }
    return { ...task, operator: 'task', spec, ...(isInside && { group: 'g' }) }
  })
  const [source] = definitionOf([], [list]).tasks
  const mapping = { kind: 'expand', over: { item: { ref: list } } } as const
  const behaviours = [...scenario].map(([id, own]): [string, Behaviour] => {
    const calm = own.outcomes.map((one) => (one === 'crash' ? 'failed' : one))
    const ofEach = inside.get(id)
    return [id, { ...own, answerIsLost: false, outcomes: calm, ...(ofEach && { each: ofEach }) }]
  })
  return {
    definition: {
      ...definition,
      tasks: [{ ...source!, operator: 'task' }, ...tasks],
      groups: [{ groupId: 'g', parent: null, tooltip: null, mapping }],
    },
    scenario: new Map([[list, { outcomes: [], seconds: 1, answerIsLost: false, length }], ...behaviours]),
  }
}
