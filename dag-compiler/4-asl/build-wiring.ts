/** Plan → what the runtime must know of it. The hash covers everything else, so equal plans have equal hashes. */
import type { TaskWiring, Wiring } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { Links } from '../3-plan/links.ts'

/** Characters of the digest: 48 bits tell the plans of one DAG apart. */
const hashLength = 12

/** @param sha256 hex digest of a text */
export function buildWiring(graph: Graph, links: Links, sha256: (text: string) => string): Wiring {
  const key = new Map(graph.tasks.map((task) => [task.taskId, task.key]))
  const wire = (task: GraphTask): TaskWiring => ({
    taskId: task.taskId,
    operator: task.operator,
    triggerRule: task.spec.triggerRule,
    upstreams: task.upstreams.map((upstream) => key.get(upstream)!),
    feeds: links.feeds.get(task.key) ?? [],
    retries: task.spec.retries,
    executionTimeout: task.spec.executionTimeout,
    doXcomPush: task.spec.doXcomPush,
  })
  const content = {
    dagId: graph.dagId,
    tasks: Object.fromEntries(graph.tasks.map((task) => [task.key, wire(task)])),
    gates: Object.fromEntries(links.gates),
    leaves: graph.tasks.filter((task) => task.downstreams.length === 0).map((task) => task.key),
  }
  return { hash: sha256(JSON.stringify(content)).slice(0, hashLength), ...content }
}
