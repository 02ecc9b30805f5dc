/**
 * A compiled DAG → what its author would want to know of it: the plan as a tree, each gate with its reason, how far the limits
 * are, what a run costs, and what could be simpler. Made on request; a compile does not need it.
 */
import { depthOf, gatesOf } from '../3-plan/plan-items.ts'
import { largestDefinitionBytes, longestHistory } from '../4-asl/emit-dag.ts'
import type { CompiledDag, DagNumbers } from '../4-asl/machine.ts'
import type { Problem } from '../problems/problem.ts'
import { type CostForecast, forecastCost } from './cost.ts'
import { type GateReason, gateReasons } from './gate-reasons.ts'
import { planTree, type TreeLine } from './plan-tree.ts'
import { findRedundantEdges } from './proofs/redundant-edges.ts'
import { findRulesWithoutEffect } from './proofs/rules-without-effect.ts'
import { reachabilityOf } from './reachability.ts'

export interface DagReport {
  readonly dagId: string
  readonly numbers: DagNumbers
  /** How deep Parallels nest. */
  readonly depth: number
  readonly tree: readonly TreeLine[]
  readonly gates: readonly GateReason[]
  readonly limits: readonly LimitUse[]
  readonly cost: CostForecast
  /** What could be simpler or would be left out; never a reason not to deploy. */
  readonly advice: readonly Problem[]
}

export interface LimitUse {
  readonly limit: string
  readonly used: number
  readonly most: number
}

/** @param runsPerMonth ticks of the schedule per month; null without one */
export function reportOf(dag: CompiledDag, runsPerMonth: number | null): DagReport {
  const { graph, plan, numbers } = dag
  const reach = reachabilityOf(graph)
  return {
    dagId: dag.dagId,
    numbers,
    depth: depthOf(plan),
    tree: planTree(graph, plan, endsInFinalizer(dag)),
    gates: gateReasons(graph, gatesOf(plan), reach),
    limits: [
      { limit: 'definition in bytes', used: numbers.definitionBytes, most: largestDefinitionBytes },
      { limit: 'history in events', used: numbers.events, most: longestHistory },
    ],
    cost: forecastCost(dag, runsPerMonth),
    advice: [...findRedundantEdges(graph, reach), ...findRulesWithoutEffect(graph)],
  }
}

/** Whether a run that goes well passes the finalizer; failures always do. */
function endsInFinalizer({ definition, graph }: CompiledDag): boolean {
  const name = graph.tasks.some(({ key }) => key === 'finalize') ? 'finalize:run' : 'finalize'
  return Object.values(definition.States).some((state) => state.Next === name)
}
