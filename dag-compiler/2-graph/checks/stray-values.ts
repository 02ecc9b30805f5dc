/**
 * Values of a run that were written into a text that nobody fills in: the text would hold our marker instead. Such values
 * belong in the arguments of service operators; handlers ask `getContext()`.
 */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { hasMarker } from '../../1-define/operators/service-value.ts'
import { strayValue } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function checkStrayValues({ dagId, spec, tasks, groups }: DagDefinition): readonly Problem[] {
  const inDag = placesOf({ spec, groups }).map((path) => strayValue({ dag: dagId, path }))
  const inTasks = tasks.flatMap(({ taskId, inputs, mapping, spec: own, options }) => {
    // What a service operator was given has been split into its parts already.
    const others = options?.kind === 'service' ? { iam: options.iam } : options
    return placesOf({ inputs, mapping, spec: own, options: others }).map((path) =>
      strayValue({ dag: dagId, task: taskId, path }),
    )
  })
  return [...inDag, ...inTasks]
}

/** Paths of the texts that hold a marker. Almost never is there one, so paths are only made where there is. */
function placesOf(value: unknown, path = ''): readonly string[] {
  if (!mentionsMarker(value)) return []
  if (typeof value === 'string') return hasMarker(value) ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => placesOf(item, path === '' ? key : `${path}.${key}`))
}

function mentionsMarker(value: unknown): boolean {
  if (typeof value === 'string') return hasMarker(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(mentionsMarker)
}
