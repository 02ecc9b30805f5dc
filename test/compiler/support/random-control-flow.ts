/** Random DAGs with deciders, setups and teardowns, and mapped tasks, put into the graphs of `random-dags.ts`. */
import fc from 'fast-check'
import type { DagDefinition, DecisionDefinition, TaskDefinition } from '../../../dag-compiler/index.ts'
import { type RandomRun, randomRun } from './random-dags.ts'
import type { Behaviour, Scenario } from './scenario.ts'

/** What is drawn for one task of the graph, whatever comes of it. */
interface Lot {
  readonly role: 'plain' | 'decider' | 'setup' | 'mapped'
  readonly kind: DecisionDefinition['kind']
  readonly flag: boolean
  readonly pick: number
  readonly length: number
  readonly each: readonly Pick<Behaviour, 'outcomes' | 'seconds'>[]
}

export const instance = fc.record({
  outcomes: fc.array(
    fc.constantFrom('success' as const, 'success' as const, 'success' as const, 'failed' as const, 'skipped' as const),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  seconds: fc.integer({ min: 1, max: 40 }),
})

const lot: fc.Arbitrary<Lot> = fc.record({
  role: fc.constantFrom('plain', 'plain', 'decider', 'setup', 'mapped'),
  kind: fc.constantFrom('if', 'switch', 'branch', 'short_circuit'),
  flag: fc.boolean(),
  pick: fc.nat(999),
  length: fc.nat(3),
  each: fc.array(instance, { minLength: 9, maxLength: 9 }),
})

/** @param ill per cent of tries that do not simply succeed */
export function randomControlFlow(largest: number, ill: number): fc.Arbitrary<RandomRun> {
  return randomRun(largest, ill).chain((run) =>
    fc
      .array(lot, { minLength: run.definition.tasks.length, maxLength: run.definition.tasks.length })
      .map((lots) => withConstructs(run, lots)),
  )
}

function withConstructs(run: RandomRun, lots: readonly Lot[]): RandomRun {
  let drawn: RandomRun = {
    definition: { ...run.definition, tasks: run.definition.tasks.map(asHandler) },
    scenario: calm(run.scenario),
  }
  for (const [i, { taskId }] of run.definition.tasks.entries()) {
    const { role } = lots[i]!
    if (role === 'decider') drawn = withDecider(drawn, taskId, lots[i]!)
    if (role === 'setup') drawn = withSetup(drawn, taskId, lots[i]!)
    if (role === 'mapped') drawn = withMapping(drawn, taskId, lots[i]!)
  }
  return drawn
}

const asHandler = (task: TaskDefinition): TaskDefinition => ({ ...task, operator: 'task' })

/** Crashes leave leases behind, and lost answers have tests of their own. */
const calm = (scenario: Scenario): Scenario =>
  new Map(
    [...scenario].map(([id, each]) => [
      id,
      { ...each, answerIsLost: false, outcomes: each.outcomes.map((one) => (one === 'crash' ? 'failed' : one)) },
    ]),
  )

const downstreamsOf = ({ edges }: DagDefinition, taskId: string) =>
  edges.flatMap(([from, to]) => (from === taskId ? [to] : []))

function withDecider({ definition, scenario }: RandomRun, decider: string, lot: Lot): RandomRun {
  const direct = downstreamsOf(definition, decider)
  // What a decider returns is its choice, so nothing is mapped over it.
  if (direct.length === 0 || scenario.get(decider)?.length !== undefined) return { definition, scenario }
  const [decision, returns] = decisionOf(decider, direct, lot)
  return {
    definition: { ...definition, decisions: [...(definition.decisions ?? []), decision] },
    scenario: changed(scenario, decider, { returns }),
  }
}

function decisionOf(decider: string, direct: readonly string[], { kind, flag, pick }: Lot) {
  const one = direct[pick % direct.length]!
  const other = direct.find((id) => id !== one) ?? null
  switch (kind) {
    case 'if':
      return [{ kind, decider, then: one, else: flag ? other : null }, pick % 2 === 0] as const
    case 'switch':
      return [{ kind, decider, cases: [...new Set(flag ? direct : [one])] }, one] as const
    case 'branch':
      return [{ kind, decider }, direct.filter((_, i) => ((pick >> i) & 1) === 1)] as const
    case 'short_circuit':
      return [{ kind, decider, respectTriggerRules: flag }, pick % 3 === 0] as const
  }
}

/** A setup; with the flag, the last task it reaches by direct edges becomes its teardown. */
function withSetup({ definition, scenario }: RandomRun, setup: string, { flag, pick }: Lot): RandomRun {
  const reach = downstreamsOf(definition, setup).flatMap((id) => downstreamsOf(definition, id))
  const teardown = flag ? reach[pick % Math.max(1, reach.length)] : undefined
  const isFree = (task: TaskDefinition) =>
    !task.mapping && !task.teardown && !task.isSetup && !isOption(definition, task.taskId)
  const own = definition.tasks.find(({ taskId }) => taskId === setup)!
  const other = definition.tasks.find(({ taskId }) => taskId === teardown)
  if (!isFree(own) || (other && !isFree(other))) return { definition, scenario }
  const tasks = definition.tasks.map((task): TaskDefinition => {
    if (task.taskId === setup) return { ...task, isSetup: true }
    if (task !== other) return task
    const spec = { ...task.spec, triggerRule: 'all_success' as const }
    return { ...task, spec, teardown: { setups: [setup], onFailureFailDagrun: pick % 2 === 0 } }
  })
  const edges = other ? [...definition.edges, [setup, other.taskId] as const] : definition.edges
  return { definition: { ...definition, tasks, edges: distinct(edges) }, scenario }
}

const isOption = ({ decisions = [] }: DagDefinition, id: string) =>
  decisions.some(
    (one) =>
      one.decider === id ||
      (one.kind === 'if' && (one.then === id || one.else === id)) ||
      (one.kind === 'switch' && one.cases.includes(id)),
  )

/** Maps a task over its first upstream that is not mapped itself and decides nothing. */
function withMapping({ definition, scenario }: RandomRun, taskId: string, { length, each }: Lot): RandomRun {
  const task = definition.tasks.find((one) => one.taskId === taskId)!
  const producer = definition.edges.find(([from, to]) => to === taskId && isPlain(definition, from))?.[0]
  if (!producer || !isPlain(definition, taskId)) return { definition, scenario }
  const mapping = { kind: 'expand', over: { item: { ref: producer } } } as const
  return {
    definition: { ...definition, tasks: definition.tasks.map((one) => (one === task ? { ...task, mapping } : one)) },
    scenario: changed(changed(scenario, producer, { length }), taskId, { each }),
  }
}

function isPlain(definition: DagDefinition, id: string): boolean {
  const task = definition.tasks.find(({ taskId }) => taskId === id)!
  const decides = definition.decisions?.some(({ decider }) => decider === id) ?? false
  return !task.mapping && !task.isSetup && !task.teardown && !decides
}

const changed = (scenario: Scenario, id: string, change: Partial<Behaviour>): Scenario =>
  new Map(scenario).set(id, { ...scenario.get(id)!, ...change })

const distinct = <T extends readonly string[]>(edges: readonly T[]): T[] => [
  ...new Map(edges.map((edge) => [edge.join('>'), edge])).values(),
]
