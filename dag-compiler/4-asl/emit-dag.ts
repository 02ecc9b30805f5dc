/**
 * Plan → machines: one, or where a limit of Step Functions forbids that, one that starts others. What a task takes of a
 * definition is known once the whole is written, so an oversized DAG is written twice.
 */
import type { Wiring } from '../../run-model/index.ts'
import type { Graph } from '../2-graph/graph.ts'
import { type BuiltPlan, splitBuiltPlan } from '../3-plan/build-plan.ts'
import { childrenOf } from '../3-plan/child-items.ts'
import type { Plan } from '../3-plan/plan.ts'
import { nestingOf, type Weight } from '../3-plan/split.ts'
import { buildWiring } from './build-wiring.ts'
import { emissionOf } from './emission.ts'
import { emitChild, emitMachine } from './emit-machine.ts'
import type { ChildMachine, DagNumbers, StateMachine } from './machine.ts'
import { type Machine, numbersOf } from './numbers.ts'
import { weigherOf } from './weigh.ts'

export interface EmittedDag {
  readonly built: BuiltPlan
  readonly wiring: Wiring
  readonly definition: StateMachine
  readonly definitionText: string
  readonly children: readonly ChildMachine[]
  readonly numbers: DagNumbers
}

/** Step Functions quotas, fixed. */
export const largestDefinitionBytes = 1_048_576
export const longestHistory = 25_000

/**
 * AWS publishes no limit of nesting, only that there is one (`TOO_DEEPLY_NESTED`). Deeper parts run as executions of their
 * own. Of the 266 graphs of the benchmarks the deepest needs 9.
 */
const deepestNesting = 16

/** Lists of what children hand back are not weighed: if need be with less. */
const budgets: readonly Weight[] = [900_000, 700_000, 500_000].map((bytes) => ({ bytes, events: 20_000 }))

/** @returns the whole where splitting does not help: then the problem is one part that no machine can hold. */
export function emitDag(graph: Graph, whole: BuiltPlan, sha256: (text: string) => string): EmittedDag {
  const unsplit = emit(graph, whole, sha256)
  if (fits(unsplit)) return unsplit
  const deployable: EmittedDag[] = isDeployable(unsplit) ? [unsplit] : []
  for (const budget of budgets) {
    const split = emitSplit(graph, whole, unsplit.definition, { budget, sha256 })
    if (fits(split)) return split
    if (isDeployable(split)) deployable.push(split)
  }
  return deployable[0] ?? unsplit
}

/** @param unsplit the machine of the whole */
export function emitSplit(
  graph: Graph,
  whole: BuiltPlan,
  unsplit: StateMachine,
  { budget, sha256 }: { readonly budget: Weight; readonly sha256: (text: string) => string },
): EmittedDag {
  return emit(
    graph,
    splitBuiltPlan(graph, whole, { weigh: weigherOf(graph, unsplit), budget, deepest: deepestNesting }),
    sha256,
  )
}

const machinesOf = ({ numbers, children }: EmittedDag): readonly DagNumbers[] => [
  numbers,
  ...children.map((child) => child.numbers),
]

const fits = (dag: EmittedDag): boolean =>
  isDeployable(dag) &&
  nestingOf(dag.built.plan) <= deepestNesting &&
  machinesOf(dag).every(({ worstCaseEvents }) => worstCaseEvents <= longestHistory)

/** Runs to its end unless retries and waits fill the history. */
const isDeployable = (dag: EmittedDag): boolean =>
  machinesOf(dag).every(
    ({ definitionBytes, events }) => definitionBytes <= largestDefinitionBytes && events <= longestHistory,
  )

function emit(graph: Graph, built: BuiltPlan, sha256: (text: string) => string): EmittedDag {
  const wiring = buildWiring(graph, built, sha256)
  const emission = emissionOf(graph, built, wiring.hash)
  const children = childrenOf(built.plan).map((child): ChildMachine => {
    const machine = machineOf(child.body, child.tasks, emitChild(emission, child))
    return { id: child.id, ...written(machine), numbers: numbersOf(graph, built, machine) }
  })
  const keys = graph.tasks.map(({ key }) => key)
  const root = machineOf(built.plan, keys, emitMachine(emission))
  const numbers = numbersOf(
    graph,
    built,
    root,
    children.map((child) => child.numbers),
  )
  return { built, wiring, ...written(root), children, numbers }
}

const machineOf = (plan: Plan, tasks: readonly string[], definition: StateMachine): Machine => ({
  plan,
  tasks,
  definition,
  definitionText: JSON.stringify(definition),
})

const written = ({ definition, definitionText }: Machine) => ({ definition, definitionText })
