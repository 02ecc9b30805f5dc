/** Records of a run → what a test asks of its tasks: state, start and end in seconds of the run, tries. */
import type { CompiledDag } from '../../dag-compiler/index.ts'
import type { TaskInstance, TaskState } from '../../run-model/index.ts'

export interface SimulatedInstance {
  readonly state: TaskState | null
  /** Start of the first try, seconds since the run started; null: it never ran. */
  readonly start: number | null
  /** End of the last try, or when the end was recorded of a task that never ran. */
  readonly end: number | null
  /** Tries that began; 0: it never ran. */
  readonly tries: number
}

export interface SimulatedTask extends SimulatedInstance {
  /** Of a mapped task, by map index; a mapped task starts with its first instance and ends with its last. */
  readonly instances?: readonly SimulatedInstance[]
}

export function tasksOf(
  dag: CompiledDag,
  records: readonly TaskInstance[],
  startMs: number,
): Readonly<Record<string, SimulatedTask>> {
  const byTask = new Map<string, TaskInstance[]>()
  for (const record of records) byTask.set(record.taskId, [...(byTask.get(record.taskId) ?? []), record])
  const entries = dag.authored.tasks.map(({ taskId }) => [taskId, taskOf(byTask.get(taskId) ?? [], startMs)] as const)
  // Not by assignment: `__proto__` is a legal task id.
  return Object.fromEntries(entries)
}

function taskOf(records: readonly TaskInstance[], startMs: number): SimulatedTask {
  const whole = records.find(({ mapIndex }) => mapIndex < 0)
  const instances = records
    .filter(({ mapIndex }) => mapIndex >= 0)
    .sort((a, b) => a.mapIndex - b.mapIndex)
    .map((record) => instanceOf(record, startMs))
  const own = instanceOf(whole, startMs)
  if (instances.length === 0) return own
  const starts = instances.flatMap(({ start }) => start ?? [])
  const ends = instances.flatMap(({ end }) => end ?? [])
  return {
    ...own,
    start: starts.length > 0 ? Math.min(...starts) : null,
    end: ends.length > 0 ? Math.max(...ends) : own.end,
    tries: Math.max(...instances.map(({ tries }) => tries)),
    instances,
  }
}

function instanceOf(record: TaskInstance | undefined, startMs: number): SimulatedInstance {
  if (!record) return { state: null, start: null, end: null, tries: 0 }
  const seconds = (at: string | null) => (at === null ? null : (Date.parse(at) - startMs) / 1000)
  return {
    state: record.state,
    start: seconds(record.tries[0]?.startDate ?? record.startDate),
    end: seconds(record.endDate),
    tries: record.tryNumber,
  }
}
