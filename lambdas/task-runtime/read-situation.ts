/**
 * Finds out where a called task stands: its run, its own record and how its upstreams ended. What the state data says
 * of an upstream wins over its record, because the execution has acted on it; for an early rule, its gate says it.
 */
import {
  decideTriggerRule,
  flattenStateData,
  type GateWiring,
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
  /** The gate of the task's early rule is open: the rule was decided, whatever its upstreams say by now. */
  readonly isReleased: boolean
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
  store: Pick<RunStore, 'getRun' | 'getTaskInstances' | 'getGate'>,
  wiring: Wiring,
  call: TaskCall,
): Promise<Situation> {
  requirePlan(wiring, call)
  const task = taskOf(wiring, call.task)
  const known = flattenStateData(call.up)
  const gate = earlyGateOf(wiring, call.task)
  const isLookedUp = (key: string) => !gate && task.triggerRule !== 'always' && !known.statuses.has(key)
  const taskIds = [task.taskId, ...task.upstreams.filter(isLookedUp).map((key) => taskIdOf(wiring, key))]
  const [run, records, item] = await Promise.all([
    store.getRun(known.run),
    store.getTaskInstances(known.run, taskIds),
    gate && store.getGate(call.x, call.task),
  ])
  if (!run) throw new Error(`Run "${known.run.runId}" of DAG "${known.run.dagId}" has no record.`)
  if (run.state === 'queued') throw new TaskBusy(`Run "${run.runId}" is not recorded as started yet.`)
  const recordOf = (taskId: string) => records.find((record) => record.taskId === taskId) ?? null
  const statusOf = (key: string) => known.statuses.get(key) ?? terminalState(recordOf(taskIdOf(wiring, key)))
  const heardOf = (key: string) => item?.arrived[gate?.need.indexOf(key) ?? -1]
  return {
    run,
    task,
    dagVersion: run.dagVersion,
    record: recordOf(task.taskId),
    upstreams: task.upstreams.map(gate ? heardOf : statusOf),
    isReleased: item?.open ?? false,
  }
}

/**
 * What the trigger rule says. A decision to run is never revoked: not by a later call of a task that has begun, and not
 * for an early rule whose upstream was said to have failed after all (decision 0043). An upstream that is undecided
 * otherwise is a hole in the plan: the machine must not have reached this task.
 */
export function decideTask({ task, record, upstreams, isReleased }: Situation): Exclude<RuleDecision, 'undecided'> {
  if (record && !isTerminal(record.state)) return 'run'
  const decision = decideTriggerRule(task.triggerRule, upstreams)
  if (decision !== 'undecided') return decision
  if (isReleased) return 'run'
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

/** A task whose rule fires early is decided by what its own gate has heard: one item, read at once. */
function earlyGateOf(wiring: Wiring, key: string): GateWiring | null {
  const gate = Object.hasOwn(wiring.gates, key) ? wiring.gates[key] : undefined
  return gate?.rule ? gate : null
}

const terminalState = (record: TaskInstance | null): StatusEntry | undefined =>
  record && isTerminal(record.state) ? record.state : undefined
