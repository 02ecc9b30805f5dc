/** Split DAGs on the engine that ships: every golden DAG, cut as small as can be, ends as in one machine, and as soon. */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDag } from '../../dag-compiler/1-define/read-dag.ts'
import { buildPlan, structureOf } from '../../dag-compiler/3-plan/build-plan.ts'
import { emitSplit } from '../../dag-compiler/4-asl/emit-dag.ts'
import { type CompiledDag, compile } from '../../dag-compiler/index.ts'
import { type SimulateOptions, type Simulation, simulate } from '../../local/virtual/index.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const folder = join(import.meta.dirname, '../golden')

/** In one machine, and in machines of about two tasks. */
async function both(name: string): Promise<readonly [whole: CompiledDag, split: CompiledDag] | null> {
  const { dag } = await import(join(folder, name, 'dag.ts'))
  const { dag: whole } = compile(readDag(dag).definition, { sha256 })
  if (!whole) throw new Error(`${name} does not compile`)
  const { graph } = whole
  const built = buildPlan(graph, structureOf(graph))
  const parts = emitSplit(graph, built, { budget: { bytes: 3_500, events: 100_000 }, sha256 })
  return parts.children.length > 0 ? [whole, { ...whole, ...parts, plan: parts.built.plan }] : null
}

/** Everything succeeds; each task alone fails; the first is skipped. */
const scriptsOf = ({ graph }: CompiledDag): readonly SimulateOptions[] => [
  {},
  { outcomes: { [graph.tasks[0]!.taskId]: 'skipped' } },
  ...graph.tasks.map(({ taskId }): SimulateOptions => ({ outcomes: { [taskId]: 'failed' } })),
]

async function outcomeOf(dag: CompiledDag, options: SimulateOptions): Promise<Partial<Simulation>> {
  const { state, tasks, makespan } = await simulate(dag, { durations: durationsOf(dag), ...options })
  // A task that never ran has no end of its own, only a time at which somebody noted it.
  const told = Object.entries(tasks).map(([id, task]) => [id, task.tries > 0 ? task : { ...task, end: null }] as const)
  return { state, tasks: Object.fromEntries(told), makespan }
}

/** No two alike: what happens in one instant may happen in either order, and a DAG that fails fast shows which. */
const durationsOf = ({ graph }: CompiledDag): Readonly<Record<string, number>> =>
  Object.fromEntries(graph.tasks.map(({ taskId }, index) => [taskId, 1 + index / 8]))

const golden = readdirSync(folder).filter((name) => !name.includes('.'))
const cut = (await Promise.all(golden.map(async (name) => ({ name, dags: await both(name) })))).flatMap(
  ({ name, dags }) => (dags ? [[name, ...dags] as const] : []),
)

describe('a DAG in several machines', () => {
  it.each(cut)(
    '%s: ends as in one machine, and as soon',
    async (_, whole, split) => {
      for (const options of scriptsOf(whole)) {
        expect(await outcomeOf(split, options), JSON.stringify(options)).toEqual(await outcomeOf(whole, options))
      }
    },
    30_000,
  )

  it('is most golden DAGs: only the smallest have nothing to cut', () => {
    expect(cut.length).toBeGreaterThan(20)
  })
})
