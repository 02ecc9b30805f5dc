/**
 * Decides for a whole mapped task or mapped group whether it runs and how many instances it has (compiler design §9). What it
 * answers follows from records alone, so a repeat answers the same; what does not run is recorded here, because no instance
 * will ever speak for it.
 */
import {
  flattenStateData,
  type GroupWiring,
  instancesOf,
  type MappedWiring,
  type StateEntry,
  statusOf,
  type TaskAnswer,
  type TaskCall,
  type TaskInstance,
  taskOf,
} from '../../run-model/index.ts'
import { decidedRecord, inBounds, recordedEntry } from '../arrival/index.ts'
import { decideTask } from './decide-task.ts'
import { elementsOf, type Mapping } from './expand-mapping.ts'
import { isStopping } from './failing-run.ts'
import type { TaskPorts, TaskProgram } from './ports.ts'
import { readSituation, readStartedRun, requirePlan, type Situation } from './read-situation.ts'
import { MappingError } from './require-mappable.ts'
import { groupMapping, readerAt } from './resolve-task-inputs.ts'
import { withServiceResults } from './service-results.ts'
import { definitionOf } from './task-definition.ts'

type NotRun = 'failed' | 'skipped' | 'upstream_failed'

/** @throws MissingInput, MappingError: the mapped task fails. */
export async function expandTask(ports: TaskPorts, program: TaskProgram, call: TaskCall): Promise<TaskAnswer> {
  const group = program.wiring.groups?.[call.task]
  return group ? expandGroup(ports, program, call, group) : expandOne(ports, program, call)
}

async function expandOne(ports: TaskPorts, program: TaskProgram, call: TaskCall): Promise<TaskAnswer> {
  const situation = await readSituation(ports.store, program.wiring, call)
  const recorded = recordedEntry(situation.record)
  if (recorded !== undefined) return repeated(recorded)
  const decision = decideTask(program.wiring, situation)
  if (decision !== 'run') return notRun(ports, [situation], decision)
  const { mapped, taskId } = situation.task
  const mapping = definitionOf(program, taskId).mapping
  if (!mapped || !mapping) throw new Error(`Task "${taskId}" is not mapped. Please report this bug.`)
  const stopped = endOfProducers(program, mapped, situation.entryOf)
  const stored = withServiceResults(ports.store, program.wiring, situation.entryOf)
  const place = { ...situation.run, taskId }
  const length = stopped ? 0 : await lengthOf(stored, program, { mapping, mapped, place })
  return length > 0 ? { s: { s: 'success', n: length } } : notRun(ports, [situation], stopped ?? 'skipped')
}

/** A stored end with instances: they are called again and answer what is stored of them. */
function repeated(entry: StateEntry): TaskAnswer {
  const c = typeof entry === 'object' ? entry.c : undefined
  const n = c ? instancesOf(entry).reduce((sum, count) => sum + count, 0) : 0
  return c && n > 0 ? { s: { s: 'success', n } } : { s: { s: statusOf(entry), n: 0 } }
}

async function expandGroup(
  ports: TaskPorts,
  program: TaskProgram,
  call: TaskCall,
  { mapped, members }: GroupWiring,
): Promise<TaskAnswer> {
  const { wiring } = program
  requirePlan(wiring, call)
  const known = flattenStateData(call.up)
  const keys = [...members, ...mapped.over]
  const [run, records] = await Promise.all([
    readStartedRun(ports.store, known.run),
    ports.store.getTaskInstances(
      known.run,
      keys.map((key) => taskOf(wiring, key).taskId),
    ),
  ])
  const byId = new Map(records.map((record) => [record.taskId, record]))
  const recordOf = (key: string): TaskInstance | null => byId.get(taskOf(wiring, key).taskId) ?? null
  const entryOf = (key: string) => known.entries.get(key) ?? recordedEntry(recordOf(key))
  const ends = members.map((key) => recordedEntry(recordOf(key)))
  const counted = ends.find((entry) => typeof entry === 'object' && entry.c)
  if (counted !== undefined) return repeated(counted)
  const places = members.map((key) => ({
    run,
    task: taskOf(wiring, key),
    dagVersion: run.dagVersion,
    record: recordOf(key),
  }))
  // A decider outside that does not choose the group skips all of it.
  if (isStopping(wiring, run) || ends.every((entry) => entry === 'skipped')) return notRun(ports, places, 'skipped')
  const stopped = endOfProducers(program, mapped, entryOf)
  const place = { dagId: run.dagId, runId: run.runId, taskId: call.task }
  const mapping = groupMapping(program, call.task)
  const stored = withServiceResults(ports.store, wiring, entryOf)
  const length = stopped ? 0 : await lengthOf(stored, program, { mapping, mapped, place })
  return length > 0 ? { s: { s: 'success', n: length } } : notRun(ports, places, stopped ?? 'skipped')
}

/**
 * A list that was never made, whatever the rule says. Instances of a mapped producer that failed are missing in the list; the
 * others are there.
 */
function endOfProducers(
  { wiring }: TaskProgram,
  { over }: MappedWiring,
  entryOf: (key: string) => StateEntry | undefined,
): NotRun | null {
  const whole = over.filter((key) => !taskOf(wiring, key).mapped && taskOf(wiring, key).mappedGroup === undefined)
  const statuses = whole.map((key) => entryOf(key)).map((entry) => entry && statusOf(entry))
  if (statuses.some((status) => status === 'failed' || status === 'upstream_failed')) return 'upstream_failed'
  return statuses.includes('skipped') ? 'skipped' : null
}

interface Expansion {
  readonly mapping: Mapping
  readonly mapped: MappedWiring
  readonly place: { readonly dagId: string; readonly runId: string; readonly taskId: string }
}

async function lengthOf(
  store: Parameters<typeof readerAt>[0],
  program: TaskProgram,
  { mapping, mapped, place }: Expansion,
): Promise<number> {
  const { length } = await elementsOf(readerAt(store, program, { ...place, mapIndex: -1 }), mapping)
  if (length <= mapped.maxLength) return length
  throw new MappingError(
    `"${place.taskId}" would have ${length} instances; this DAG allows ${mapped.maxLength}. Raise its maxMapLength, or map over fewer elements.`,
  )
}

type Place = Pick<Situation, 'run' | 'task' | 'dagVersion' | 'record'>

/** Every write is conditional on what we saw; a twin of this call that was faster has decided the same. */
async function notRun(ports: TaskPorts, places: readonly Place[], status: NotRun): Promise<TaskAnswer> {
  const at = new Date(ports.now()).toISOString()
  await inBounds(
    places.filter(({ record }) => recordedEntry(record) === undefined),
    (place) => ports.store.putTaskInstance(place.record, decidedRecord(place, place.record, status, at)),
  )
  return { s: { s: status, n: 0 } }
}
