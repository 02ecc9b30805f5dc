/** Random DAGs whose tasks also wait: sensors of both modes, people, work outside; and runs that a failure stops. */
import fc from 'fast-check'
import type { DagDefinition, OperatorDefinition, TaskDefinition } from '../../../dag-compiler/index.ts'
import { randomControlFlow } from './random-control-flow.ts'
import type { RandomRun } from './random-dags.ts'
import type { Behaviour, Scenario, TryOutcome } from './scenario.ts'

type Waiting = Extract<OperatorDefinition, { kind: 'sensor' | 'human_input' | 'deferrable' }>

const sensor: fc.Arbitrary<Waiting> = fc.record({
  kind: fc.constant('sensor' as const),
  pokeInterval: fc.constantFrom(1, 7, 30),
  // Never met exactly, so that no poke is in time or late by a rounding.
  timeout: fc.constantFrom(20.5, 60.5, 200.5),
  softFail: fc.boolean(),
  backoff: fc.constant(1),
  maxPokeInterval: fc.constant(null),
  mode: fc.constantFrom('reschedule', 'reschedule', 'poke'),
})

const person: Waiting = {
  kind: 'human_input',
  subject: 'Go on?',
  body: null,
  options: ['yes', 'no'],
  defaults: null,
  multiple: false,
  assignees: [],
  responseTimeout: null,
  onReject: null,
}
const outside: Waiting = { kind: 'deferrable', timeout: null, heartbeat: null }

interface Lot {
  readonly waits: Waiting | null
  readonly pokes: readonly TryOutcome[]
  /** Part of a second, so that few things happen in the same moment; exact in binary and in milliseconds. */
  readonly eighths: number
}

const lot: fc.Arbitrary<Lot> = fc.record({
  waits: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: sensor },
    { weight: 1, arbitrary: fc.constantFrom(person, outside) },
  ),
  pokes: fc.array(fc.constantFrom<TryOutcome[]>('notReady', 'notReady', 'notReady', 'success', 'failed', 'skipped'), {
    maxLength: 12,
  }),
  eighths: fc.nat(7),
})

/** @param ill per cent of tries that do not simply succeed */
export const randomWaits = (largest: number, ill: number): fc.Arbitrary<RandomRun> =>
  withLots(randomControlFlow(largest, ill)).map(([run, lots]) => withWaits(run, lots))

/** Nothing is tried again or poked in these: what becomes of a task between two calls is for no rule to say. */
export const randomStops = (largest: number, ill: number): fc.Arbitrary<RandomRun> =>
  fc
    .tuple(withLots(randomControlFlow(largest, ill)), fc.constantFrom('drain' as const, 'failFast' as const))
    .map(([[run, lots], mode]) => {
      const calm = lots.map((one) => ({ ...one, waits: one.waits?.kind === 'sensor' ? null : one.waits }))
      return stopping(withWaits(run, calm), mode)
    })

const withLots = (runs: fc.Arbitrary<RandomRun>): fc.Arbitrary<readonly [RandomRun, readonly Lot[]]> =>
  runs.chain((run) => {
    const size = run.definition.tasks.length
    return fc.array(lot, { minLength: size, maxLength: size }).map((lots) => [run, lots] as const)
  })

function withWaits({ definition, scenario }: RandomRun, lots: readonly Lot[]): RandomRun {
  const changed: [string, Behaviour][] = []
  const tasks = definition.tasks.map((task, i): TaskDefinition => {
    const { waits, pokes, eighths } = lots[i]!
    const own = scenario.get(task.taskId)!
    const each = own.each?.map((one) => ({ ...one, seconds: one.seconds + eighths / 8 }))
    const behaviour = { ...own, seconds: own.seconds + eighths / 8, ...(each && { each }) }
    const isWaiting = waits !== null && isPlain(definition, scenario, task)
    changed.push([task.taskId, isWaiting && waits.kind === 'sensor' ? { ...behaviour, outcomes: pokes } : behaviour])
    return isWaiting ? { ...task, operator: waits.kind, options: waits } : task
  })
  return { definition: { ...definition, tasks }, scenario: new Map(changed) }
}

/** Not one that decides, is mapped or mapped over, or belongs to a setup. */
function isPlain({ decisions = [] }: DagDefinition, scenario: Scenario, task: TaskDefinition): boolean {
  const decides = decisions.some(({ decider }) => decider === task.taskId)
  return !decides && !task.mapping && !task.isSetup && !task.teardown && scenario.get(task.taskId)?.length === undefined
}

const early = new Set(['one_success', 'one_failed', 'one_done', 'always'])

/**
 * With `failFast` only the usual rule is legal, and teardowns run after its end, which no start time here tells. Whether a task
 * of an early rule that comes too late in a run that drains is skipped or fails with its upstreams, semantics.md leaves open.
 */
function stopping({ definition, scenario }: RandomRun, onFailure: 'drain' | 'failFast'): RandomRun {
  const hasSetups = definition.tasks.some(({ isSetup }) => isSetup)
  const tasks = definition.tasks.map(({ isSetup, teardown, ...task }): TaskDefinition => {
    const { triggerRule: rule } = task.spec
    const isOpen = rule === 'one_success' || (hasSetups && early.has(rule))
    const spec = { ...task.spec, retries: 0, ...(isOpen && { triggerRule: 'none_failed' as const }) }
    if (onFailure === 'drain') return { ...task, spec, ...(isSetup && { isSetup }), ...(teardown && { teardown }) }
    return { ...task, spec: { ...spec, triggerRule: 'all_success' } }
  })
  return { definition: { ...definition, tasks, spec: { ...definition.spec, onFailure } }, scenario }
}
