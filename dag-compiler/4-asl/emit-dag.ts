/**
 * Plan → machines: one, or where a limit of Step Functions forbids that, one that starts others. What a task takes of a
 * definition is known once the whole is written, so an oversized DAG is written twice.
 */
import type { Wiring } from '../../run-model/index.ts'
import type { Graph } from '../2-graph/graph.ts'
import { type BuiltPlan, splitBuiltPlan } from '../3-plan/build-plan.ts'
import { childrenOf } from '../3-plan/child-items.ts'
import type { Plan } from '../3-plan/plan.ts'
import { nestingOf, type SplitOptions, type Weight } from '../3-plan/split.ts'
import { buildWiring } from './build-wiring.ts'
import { type Emission, emissionOf } from './emission.ts'
import { emitChild, emitMachine } from './emit-machine.ts'
import type { ChildMachine, DagNumbers, StateMachine } from './machine.ts'
import { type Machine, numbersOf } from './numbers.ts'
import { weigherOf } from './weigh.ts'
import type { Histories } from './worst-case.ts'

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
  const draft = draftOf(graph, whole, sha256)
  const unsplit = isFarTooLarge(draft) ? null : written(draft)
  if (unsplit && fits(unsplit)) return unsplit
  const deployable: EmittedDag[] = unsplit && isDeployable(unsplit) ? [unsplit] : []
  const weigh = weigherOf(draft.emission.histories, unsplit?.definition ?? emitMachine(draft.emission))
  for (const budget of budgets) {
    const split = splitDraft(draft, { weigh, budget, sha256 })
    if (fits(split)) return split
    if (isDeployable(split)) deployable.push(split)
  }
  return deployable[0] ?? unsplit ?? written(draft)
}

/** The whole in parts that keep to the budget, whether or not one machine could hold it. */
export function emitSplit(
  graph: Graph,
  whole: BuiltPlan,
  { budget, sha256 }: Pick<Splitting, 'budget' | 'sha256'>,
): EmittedDag {
  const draft = draftOf(graph, whole, sha256)
  return splitDraft(draft, { weigh: weigherOf(draft.emission.histories, emitMachine(draft.emission)), budget, sha256 })
}

interface Splitting extends Pick<SplitOptions, 'weigh' | 'budget'> {
  readonly sha256: (text: string) => string
}

function splitDraft({ built, emission }: Draft, { weigh, budget, sha256 }: Splitting): EmittedDag {
  const { graph, histories } = emission
  const split = splitBuiltPlan(graph, built, { weigh, budget, deepest: deepestNesting })
  return written(draftOf(graph, split, sha256, histories))
}

/** A plan and what it means, not yet written. The machine of a whole that is too large is only weighed: nothing keeps it. */
interface Draft {
  readonly built: BuiltPlan
  readonly wiring: Wiring
  readonly emission: Emission
}

function draftOf(graph: Graph, built: BuiltPlan, sha256: (text: string) => string, histories?: Histories): Draft {
  const wiring = buildWiring(graph, built, sha256)
  const emission = emissionOf(graph, built, wiring, histories)
  return { built, wiring, emission }
}

/** The state of any task takes more bytes than this. */
const smallestState = 400

const isFarTooLarge = ({ emission: { graph } }: Draft): boolean =>
  graph.tasks.length * smallestState > largestDefinitionBytes

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

function written({ built, wiring, emission }: Draft): EmittedDag {
  const children = childrenOf(built.plan).map((child): ChildMachine => {
    const machine = machineOf(child.body, child.tasks, emitChild(emission, child))
    return { id: child.id, definitionText: machine.definitionText, numbers: numbersOf(emission, machine) }
  })
  const keys = emission.graph.tasks.map(({ key }) => key)
  const root = machineOf(built.plan, keys, emitMachine(emission))
  const numbers = numbersOf(
    emission,
    root,
    children.map((child) => child.numbers),
  )
  const { definition, definitionText } = root
  return { built, wiring, definition, definitionText, children, numbers }
}

const machineOf = (plan: Plan, tasks: readonly string[], definition: StateMachine): Machine => ({
  plan,
  tasks,
  definition,
  definitionText: JSON.stringify(definition),
})
