/**
 * The inputs of one call of a handler: what the task was called with, and for an instance of a mapped task its own element
 * of every list (semantics §12, "Mapping").
 */
import type { JsonValue, TaskInstance, Wiring } from '../../run-model/index.ts'
import { elementsOf, type Mapping } from './expand-mapping.ts'
import type { TaskProgram, TaskStore } from './ports.ts'
import { type Reader, resolveInputs } from './resolve-inputs.ts'
import { definitionOf } from './task-definition.ts'

type InputStore = Pick<TaskStore, 'getXCom' | 'listMappedXComs'>
type Place = Pick<TaskInstance, 'dagId' | 'runId' | 'taskId' | 'mapIndex'>

/** @throws MissingInput when a reference that is not `optional` finds no return value; Error for what cannot be mapped over. */
export async function resolveTaskInputs(
  store: InputStore,
  program: TaskProgram,
  running: Place,
): Promise<Record<string, JsonValue>> {
  const { inputs, mapping } = definitionOf(program, running.taskId)
  const reader = readerAt(store, program, running)
  const fixed = await resolveInputs(reader, inputs)
  if (!mapping || running.mapIndex < 0) return fixed
  return { ...fixed, ...(await elementsOf(reader, mapping)).at(running.mapIndex) }
}

/** Reads what other tasks returned, as the task at this place sees it. */
export function readerAt(store: InputStore, program: TaskProgram, place: Place): Reader {
  const { dagId, runId, taskId, mapIndex } = place
  const reader: Reader = {
    store,
    run: { dagId, runId },
    taskId,
    functions: program.dag.handlers,
    instanceOf: (upstream) => instanceOf(program.wiring, upstream, place),
    async elementOf(groupId, key) {
      const { at } = await elementsOf(reader, groupMapping(program, groupId))
      return at(mapIndex)[key] ?? null
    },
  }
  return reader
}

/** Inside a mapped group, members of it have our index. From anywhere else, a mapped task is all its instances. */
function instanceOf(wiring: Wiring, upstream: string, { taskId, mapIndex }: Place): number | 'all' {
  const groupOf = (id: string) => wiringOf(wiring, id)?.mappedGroup
  const group = groupOf(upstream)
  if (group !== undefined) return group === groupOf(taskId) ? mapIndex : 'all'
  return wiringOf(wiring, upstream)?.mapped ? 'all' : -1
}

const wiringOf = ({ tasks }: Wiring, taskId: string) =>
  Object.hasOwn(tasks, taskId) && tasks[taskId]?.taskId === taskId
    ? tasks[taskId]
    : Object.values(tasks).find((task) => task.taskId === taskId)

export function groupMapping({ dag }: TaskProgram, groupId: string): Mapping {
  const mapping = dag.definition.groups?.find((group) => group.groupId === groupId)?.mapping
  if (mapping) return mapping
  throw new Error(`The bundle has no mapped group "${groupId}". Please report this bug.`)
}
