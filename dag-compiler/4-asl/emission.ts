/**
 * What every part of the emission needs: the plan and what it means, and the scope, which is how the same state is written
 * at different places of a machine: at its root, in a branch, inside a Map, in a machine that another one started.
 */
import type { Wiring } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { BuiltPlan } from '../3-plan/build-plan.ts'
import { childrenOf, liveEntriesOf } from '../3-plan/child-items.ts'
import { drainsOnFailure } from '../3-plan/guards.ts'
import type { Plan } from '../3-plan/plan.ts'
import {
  execution,
  lettersOf,
  onlyEntries,
  orNothing,
  ownEntries,
  pickedEntries,
  rootExecution,
} from './expressions.ts'
import type { AslState } from './machine.ts'
import { type StateNames, stateNames } from './state-names.ts'
import { type Histories, historiesOf } from './worst-case.ts'

export interface Emission extends BuiltPlan {
  readonly graph: Graph
  readonly names: StateNames
  /** By key. */
  readonly tasks: ReadonlyMap<string, GraphTask>
  readonly wiringHash: string
  readonly failures: Failures
  /** Id of a child → its position and the entries that it hands back. */
  readonly children: ReadonlyMap<string, Child>
  readonly histories: Histories
  /** Values of the run in the execution's input. */
  readonly runValues: readonly (readonly string[])[]
}

export interface Child {
  readonly position: number
  readonly live: readonly string[]
}

/** @param histories of the graph, if they are known already */
export function emissionOf(
  graph: Graph,
  built: BuiltPlan,
  { hash, runValues = [] }: Pick<Wiring, 'hash' | 'runValues'>,
  histories: Histories = historiesOf(graph),
): Emission {
  const items = childrenOf(built.plan)
  const live = liveEntriesOf(graph, items)
  return {
    ...built,
    graph,
    names: stateNames(graph, built),
    tasks: new Map(graph.tasks.map((task) => [task.key, task])),
    wiringHash: hash,
    runValues,
    failures: failuresOf(graph),
    histories,
    children: new Map(items.map(({ id }, position) => [id, { position, live: live.get(id)! }])),
  }
}

/**
 * What a failure does in the machine. `caught`: it goes on where the plan says. `reported`: the same, after the finalizer
 * has marked the run as failing. `fatal`: nothing catches it, the execution ends at once and can be redriven.
 */
export type Failures = 'caught' | 'reported' | 'fatal'

/** A DAG that fails fast runs its teardowns all the same, and nothing is left to run them once the execution has ended. */
function failuresOf(graph: Graph): Failures {
  if (drainsOnFailure(graph)) return 'reported'
  return graph.onFailure === 'failFast' ? 'fatal' : 'caught'
}

export interface Scope {
  /** Expression: name of the root execution. */
  readonly execution: string
  /** Expression: index of the instance; null outside of Maps. */
  readonly index: string | null
  /** What the last state of a sequence hands over. @param data an expression */
  readonly finish: (data: string) => string
}

/** The sequence of the machine itself: what it hands over is the execution's output, which nobody reads. */
export const rootScope: Scope = { execution, index: null, finish: (data) => data }

/** A machine that another one started: it hands over only entries that somebody there reads. */
export const childScope = ({ live }: Child, tasks: readonly string[]): Scope => ({
  execution: rootExecution,
  index: null,
  finish: (data) => {
    if (live.length === 0) return '{}'
    return live.length === tasks.length ? orNothing(onlyEntries(data)) : pickedEntries(live, data)
  },
})

export function insideParallel(scope: Scope, branch: Plan): Scope {
  const own = scope.index === null ? ownEntries : onlyEntries
  return { ...scope, finish: addsNothing(branch) ? (data) => orNothing(own(data)) : own }
}

/** A child may hand back no entry at all; any task leaves one. */
function addsNothing(plan: Plan): boolean {
  if (plan.t === 'seq') return plan.items.every(addsNothing)
  return plan.t === 'par' ? plan.branches.every(addsNothing) : plan.t === 'child' || plan.t === 'gate'
}

/** @param isDistributed its iterations are executions of their own, whose name is not the root's */
export const insideMap = (scope: Scope, tasks: readonly string[], isDistributed: boolean): Scope => ({
  execution: isDistributed ? rootExecution : scope.execution,
  index: "$states.input.'^i'",
  finish: (data) => lettersOf(tasks, data),
})

/** States in the order in which a reader meets them. */
export type States = readonly (readonly [name: string, state: AslState])[]
