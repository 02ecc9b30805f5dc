/**
 * Finds out where a called task stands: its run, its own record and how its upstreams ended. What the state data says
 * of an upstream wins over its record, because the execution has acted on it.
 */
import {
  decideTriggerRule,
  flattenStateData,
  type QueuedRun,
  type RuleDecision,
  type Run,
  type RunStore,
  type StatusEntry,
  type TaskCall,
  type TaskInstance,
  taskOf,
  type Wiring,
} from '../../run-model/index.ts'
import { isTerminal, type TaskPlace } from '../arrival/index.ts'
import { TaskBusy } from './task-busy.ts'

export interface Situation extends TaskPlace {
  readonly run: Exclude<Run, QueuedRun>
  /** Null: nothing is recorded of this task yet. */
  readonly record: TaskInstance | null
  /** By position of `task.upstreams`; undefined: not decided. */
  readonly upstreams: readonly (StatusEntry | undefined)[]
}

/** The code of one plan was called by the machine of another. */
class PlanMismatch extends Error {
  override readonly name = 'PlanMismatch'
}

/**
 * @throws PlanMismatch before anything is read or written.
 * @throws TaskBusy when the run is not yet recorded as started.
 */
export async function readSituation(
  store: Pick<RunStore, 'getRun' | 'getTaskInstances'>,
  wiring: Wiring,
  call: TaskCall,
): Promise<Situation> {
  requirePlan(wiring, call)
  const task = taskOf(wiring, call.task)
  const known = flattenStateData(call.up)
  const unknown = task.upstreams.filter((key) => !known.statuses.has(key))
  const taskIds = [task.taskId, ...unknown.map((key) => taskIdOf(wiring, key))]
  const [run, records] = await Promise.all([store.getRun(known.run), store.getTaskInstances(known.run, taskIds)])
  if (!run) throw new Error(`Run "${known.run.runId}" of DAG "${known.run.dagId}" has no record.`)
  if (run.state === 'queued') throw new TaskBusy(`Run "${run.runId}" is not recorded as started yet.`)
  const recordOf = (taskId: string) => records.find((record) => record.taskId === taskId) ?? null
  const statusOf = (key: string) => known.statuses.get(key) ?? terminalState(recordOf(taskIdOf(wiring, key)))
  return {
    run,
    task,
    dagVersion: run.dagVersion,
    record: recordOf(task.taskId),
    upstreams: task.upstreams.map(statusOf),
  }
}

/**
 * What the trigger rule says. An upstream that is still undecided here is a hole in the plan: the machine must not
 * have reached this task, unless its rule fires early and has fired.
 */
export function decideTask({ task, upstreams }: Situation): Exclude<RuleDecision, 'undecided'> {
  const decision = decideTriggerRule(task.triggerRule, upstreams)
  if (decision !== 'undecided') return decision
  const missing = task.upstreams.filter((_, position) => upstreams[position] === undefined).join(', ')
  throw new Error(
    `Task "${task.taskId}" was started before its upstreams ended: ${missing}. The compiled plan is wrong; please report this bug.`,
  )
}

function requirePlan(wiring: Wiring, call: TaskCall): void {
  if (call.w === wiring.hash) return
  throw new PlanMismatch(
    `The state machine was compiled with plan ${call.w}, this function with plan ${wiring.hash}. ` +
      'Let the machine call the function version it was deployed with, or start a new run.',
  )
}

const taskIdOf = (wiring: Wiring, key: string): string => taskOf(wiring, key).taskId

const terminalState = (record: TaskInstance | null): StatusEntry | undefined =>
  record && isTerminal(record.state) ? record.state : undefined
