/**
 * Tasks that a mapped group would have to wait for while they wait for the group: its instances all start together, and
 * what follows a member follows all of them.
 */
import type { Graph } from '../../2-graph/graph.ts'
import { mappedGroupCycle } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { mappedGroupsOf, withoutOrder } from '../mapped-groups.ts'
import { awaited } from '../order.ts'

export function checkGroupCycle(graph: Graph): readonly Problem[] {
  const groups = mappedGroupsOf(graph)
  const stuck = new Map(withoutOrder(graph, groups).map((task) => [task.taskId, task]))
  const [first] = stuck.values()
  if (!first) return []
  // Each waits for another of them, so walking upstream comes back to a place that it has passed.
  const passed: string[] = []
  let at = first.taskId
  while (!passed.includes(at)) {
    passed.push(at)
    at = awaited(stuck.get(at)!).find((upstream) => stuck.has(upstream))!
  }
  const path = [...passed.slice(passed.indexOf(at)), at].toReversed()
  const group = groups.find(({ groupId }) => path.includes(groupId))
  return [mappedGroupCycle({ dag: graph.dagId, group: group?.groupId ?? at, path })]
}
