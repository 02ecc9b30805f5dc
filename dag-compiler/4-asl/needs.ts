/** What a machine touches, for the grants of its role and of its tasks' role. */
import type { Graph } from '../2-graph/graph.ts'
import { serviceOf } from '../2-graph/service-references.ts'
import type { BuiltPlan } from '../3-plan/build-plan.ts'
import type { DagNumbers, Needs, ServiceNeed } from './machine.ts'
import { grantsOf } from './service/grants.ts'

export function needsOf(
  graph: Graph,
  { services }: Pick<BuiltPlan, 'services'>,
  { gates, gatedTasks }: DagNumbers,
): Needs {
  const called = serviceNeeds(graph)
  return {
    invoke: ['TaskFunction', 'Finalizer'],
    tableActions: gates > gatedTasks ? ['dynamodb:UpdateItem'] : [],
    ...([...services.values()].some(({ loads, looksAtRun }) => loads.length > 0 || looksAtRun)
      ? { readsRecords: true as const }
      : {}),
    ...(called.length > 0 ? { services: called } : {}),
    releasesGates: gates > 0,
    wakesTasks: gatedTasks > 0,
  }
}

function serviceNeeds({ tasks }: Graph): readonly ServiceNeed[] {
  const needs = tasks.flatMap((task) => {
    const service = serviceOf(task)
    return service ? grantsOf(service) : []
  })
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()]
}
