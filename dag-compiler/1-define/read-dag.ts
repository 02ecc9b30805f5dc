/** For our own loader and task runtime: the DAGs of a loaded file, and what is in one. */
import { registeredDags } from './bundle.ts'
import { close, Dag } from './dag.ts'
import type { DagDefinition } from './dag-definition.ts'
import type { Handler } from './operators/operator.ts'

/**
 * Closes the DAG: tasks that are declared or called later are refused. Reading twice gives the same.
 * `handlers`: by task id, and further functions under generated names: `map#1` of `.map`, `<taskId>#subject` of operators.
 */
export function readDag(dag: Dag): {
  readonly definition: DagDefinition
  readonly handlers: ReadonlyMap<string, Handler>
} {
  return dag[close]()
}

/**
 * Every Dag a file offers: exported, in an exported array or plain object (one level), or registered with a Bundle.
 * Each once, exports first, in the order of the export names.
 */
export function findDags(moduleNamespace: object): Dag[] {
  const exported = Object.values(moduleNamespace).flatMap((value) =>
    value instanceof Dag ? [value] : containedDags(value),
  )
  return [...new Set([...exported, ...registeredDags()])]
}

function containedDags(value: unknown): Dag[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).filter((item) => item instanceof Dag)
}
