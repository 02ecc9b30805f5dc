/** What a run costs and how long its history is, from the plan alone (design §13). */
import type { Graph } from '../2-graph/graph.ts'
import type { Plan } from '../3-plan/plan.ts'
import type { DagNumbers } from './machine.ts'

/** History events: AWS's histories, counted (aws-facts §4). */
const events = { execution: 2, task: 5, parallel: 4, waitingGate: 6, finalize: 5, retriedTry: 3, landing: 2 }

export function numbersOf(graph: Graph, plan: Plan, definitionText: string): DagNumbers {
  const tasks = graph.tasks.length
  const { parallels, gates } = countItems(plan)
  return {
    tasks,
    edges: graph.edges.length,
    parallels,
    gates,
    transitions: tasks + parallels + gates + 1,
    events:
      events.execution +
      events.task * tasks +
      events.parallel * parallels +
      events.waitingGate * gates +
      events.finalize,
    definitionBytes: new TextEncoder().encode(definitionText).length,
  }
}

/**
 * History when every task uses all its retries and then fails: its `arrive` and landing are entered too. Not counted:
 * repeats after infrastructure errors and re-armed gates.
 */
export function worstCaseEvents(graph: Graph, numbers: DagNumbers): number {
  const retries = graph.tasks.reduce((sum, task) => sum + task.spec.retries, 0)
  return numbers.events + events.retriedTry * retries + (events.task + events.landing) * numbers.tasks
}

function countItems(plan: Plan): { parallels: number; gates: number } {
  const inner = plan.t === 'seq' ? plan.items : plan.t === 'par' ? plan.branches : []
  const counts = { parallels: plan.t === 'par' ? 1 : 0, gates: plan.t === 'gate' ? 1 : 0 }
  for (const item of inner) {
    const { parallels, gates } = countItems(item)
    counts.parallels += parallels
    counts.gates += gates
  }
  return counts
}
