/**
 * Plan → Step Functions machine. Each item of a sequence becomes one state that leads to the next item; every failure is
 * caught and goes on where the plan says, so an execution fails only through its last state, the verdict.
 */
import type { StatusEntry } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { BuiltPlan } from '../3-plan/build-plan.ts'
import type { Plan } from '../3-plan/plan.ts'
import { withStatuses } from './expressions.ts'
import type { AslState, StateMachine } from './machine.ts'
import { type StateNames, stateNames } from './state-names.ts'
import { arriveState, finalizeState } from './states/finalizer.ts'
import { gateState } from './states/gate.ts'
import { type Branch, parallelState } from './states/parallel.ts'
import { landing, type Target } from './states/target.ts'
import { taskState } from './states/task.ts'

export function emitMachine(graph: Graph, built: BuiltPlan, wiringHash: string): StateMachine {
  const names = stateNames(graph, built.plan)
  const tasks = new Map(graph.tasks.map((task) => [task.key, task]))
  const emission: Emission = { ...built, names, tasks, wiringHash, dagrunTimeout: graph.dagrunTimeout }
  return {
    QueryLanguage: 'JSONata',
    StartAt: names.entry(built.plan),
    States: Object.fromEntries([
      ...emitSequence(emission, itemsOf(built.plan), names.finalize),
      [names.finalize, finalizeState(wiringHash, { End: true })],
    ]),
    ...(graph.dagrunTimeout === null ? {} : { TimeoutSeconds: Math.max(1, Math.ceil(graph.dagrunTimeout)) }),
  }
}

interface Emission extends BuiltPlan {
  readonly names: StateNames
  /** By key. */
  readonly tasks: ReadonlyMap<string, GraphTask>
  readonly wiringHash: string
  readonly dagrunTimeout: number | null
}

/** States in the order in which a reader meets them. */
type States = readonly (readonly [name: string, state: AslState])[]

type Step = Extract<Plan, { t: 'step' }>

/** @param after state behind the sequence; null where the sequence is a branch and ends */
function emitSequence(emission: Emission, items: readonly Plan[], after: string | null): States {
  return items.flatMap((_, at) => emitItem(emission, items, at, after))
}

function emitItem(emission: Emission, items: readonly Plan[], at: number, after: string | null): States {
  const { names } = emission
  const item = items[at]!
  const next = items[at + 1]
  const target: Target = next ? { Next: names.entry(next) } : after === null ? { End: true } : { Next: after }
  switch (item.t) {
    case 'step': {
      const behind = itemAfterFailure(emission, items, at)
      return emitTask(emission, item, target, behind ? names.entry(behind) : (after ?? landingName(emission, items)))
    }
    case 'gate':
      return [[names.entry(item), gateState(item.id, emission.dagrunTimeout, names.entry(next!))]]
    case 'par':
      return [
        [
          names.entry(item),
          parallelState(
            item.branches.map((branch) => emitBranch(emission, branch)),
            target,
          ),
        ],
      ]
    case 'seq':
      throw new Error('A sequence directly inside a sequence is never planned. Please report this bug.')
  }
}

function emitBranch(emission: Emission, branch: Plan): Branch {
  const items = itemsOf(branch)
  const states = emitSequence(emission, items, null)
  const landings: States = firstToLand(emission, items) ? [[landingName(emission, items), landing]] : []
  return { StartAt: emission.names.entry(branch), States: Object.fromEntries([...states, ...landings]) }
}

/** @param goesOn state at which the run goes on when the task fails */
function emitTask(emission: Emission, { tasks: [key] }: Step, target: Target, goesOn: string): States {
  const { names, wiringHash, links, deadPaths } = emission
  const task = emission.tasks.get(key!)!
  const { live, linked } = deadPaths.get(task.key) ?? { live: [], linked: [] }
  const data = withStatuses(failedAnd(task.key, live))
  if (!links.linked.has(task.key) && linked.length === 0) {
    return [[task.key, taskState(task, wiringHash, target, { data, next: goesOn })]]
  }
  const arrive = names.arrive(task.key)
  return [
    [task.key, taskState(task, wiringHash, target, { data, next: arrive })],
    [arrive, arriveState(failedAnd(task.key, linked), wiringHash, goesOn)],
  ]
}

/** Undefined when a failure ends the sequence. */
function itemAfterFailure({ deadPaths }: Emission, items: readonly Plan[], at: number): Plan | undefined {
  const item = items[at]!
  const skip = item.t === 'step' ? (deadPaths.get(item.tasks[0]!)?.skip ?? 0) : 0
  return items[at + 1 + skip]
}

/** The landing of a branch is named after the first task whose failure ends the branch: a task stands in one branch only. */
const landingName = (emission: Emission, items: readonly Plan[]): string =>
  emission.names.landing(firstToLand(emission, items)!.id)

const firstToLand = (emission: Emission, items: readonly Plan[]): Step | undefined =>
  items.find((item, at): item is Step => item.t === 'step' && !itemAfterFailure(emission, items, at))

const itemsOf = (plan: Plan): readonly Plan[] => (plan.t === 'seq' ? plan.items : [plan])

const failedAnd = (failed: string, doomed: readonly string[]): (readonly [string, StatusEntry])[] => [
  [failed, 'failed'],
  ...doomed.map((task) => [task, 'upstream_failed'] as const),
]
