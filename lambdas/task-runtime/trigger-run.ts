/**
 * A task that starts a run of another DAG. The run's id follows from the try, so that a repeat of the try finds the run
 * it made before. The run is created with the name of the task that waits for it, and the task looks at the run's state
 * after it is waiting, so no end is missed.
 */
import {
  type LaunchAnswer,
  makeRunId,
  type RunRef,
  type RunStore,
  type TaskInstance,
  type TriggerRequest,
} from '../../run-model/index.ts'
import type { TaskDefinition, TaskPorts, TaskProgram } from './ports.ts'
import type { Operate, Try } from './run-try.ts'
import { TaskDeferred } from './task-deferred.ts'
import { definitionOf } from './task-definition.ts'

export type TriggerOptions = Extract<NonNullable<TaskDefinition['options']>, { readonly kind: 'trigger_dag_run' }>

/** Only DAGs that trigger others have these. */
export interface TriggerPorts {
  readonly store: Pick<RunStore, 'getDag' | 'getRun' | 'getTaskInstance'>
  readonly launch: (request: TriggerRequest) => Promise<LaunchAnswer>
}

const triggerRunIdKey = 'trigger_run_id'

export const triggerRun: Operate = async (ports, program, attempt) => {
  const { running, lease } = attempt
  const trigger = triggerPortsOf(ports)
  const options = triggerOptionsOf(program, running.taskId)
  if (options.failWhenDagIsPaused && (await trigger.store.getDag(options.dagId))?.isPaused) {
    throw named('DagIsPaused', `DAG "${options.dagId}" is paused. Un-pause it, or leave failWhenDagIsPaused out.`)
  }
  const child = childOf(ports, options, attempt)
  const { taskId, mapIndex } = running
  const timestamp = new Date(ports.now()).toISOString()
  await lease.confirm()
  await ports.store.putXCom(running, { taskId, mapIndex, key: triggerRunIdKey, value: child.runId, timestamp })
  await launchChild(trigger, options, { running, child })
  if (options.waitForCompletion) throw new TaskDeferred({ state: 'deferred' })
}

/** The run that this try triggers, before and after it exists. */
export function childOf(
  ports: Pick<TaskPorts, 'sha256'>,
  options: TriggerOptions,
  { running, situation }: Pick<Try, 'running' | 'situation'>,
): RunRef {
  if (options.runId !== null) return { dagId: options.dagId, runId: options.runId }
  const { dagId, runId, taskId, mapIndex, tryNumber } = running
  const suffix = ports.sha256([dagId, runId, taskId, mapIndex, tryNumber].join('\n')).slice(0, 8)
  // The start of the calling run: an instant that no repeat changes.
  const runAfter = options.runAfter ?? situation.run.startDate
  return { dagId: options.dagId, runId: makeRunId({ runType: 'manual', runAfter, logicalDate: null }, () => suffix) }
}

/** Returns when the run exists and is ours. */
async function launchChild(
  trigger: TriggerPorts,
  options: TriggerOptions,
  { running, child }: { readonly running: TaskInstance; readonly child: RunRef },
): Promise<void> {
  const answer = await trigger.launch(requestOf(options, running, child))
  if (answer.kind === 'launched') return
  if (answer.code === 'run-id-taken' && (await isOurs(trigger, running, child))) return
  const isThere = answer.code === 'run-id-taken' || answer.code === 'logical-date-taken'
  // The name by which an author skips a task.
  const name = !isThere ? 'TriggerRefused' : options.skipWhenAlreadyExists ? 'SkipTask' : 'DagRunAlreadyExists'
  throw named(name, `${answer.detail}: ${answer.why}. ${answer.fix}.`)
}

/** A repeat of this try meets the run that it made itself. */
async function isOurs({ store }: TriggerPorts, running: TaskInstance, child: RunRef): Promise<boolean> {
  const from = (await store.getRun(child))?.triggeredFrom
  return (
    from?.dagId === running.dagId &&
    from.runId === running.runId &&
    from.taskId === running.taskId &&
    from.mapIndex === running.mapIndex &&
    from.tryNumber === running.tryNumber
  )
}

function requestOf(options: TriggerOptions, running: TaskInstance, child: RunRef): TriggerRequest {
  const { dagId, runId, taskId, mapIndex, tryNumber } = running
  return {
    kind: 'trigger',
    ...child,
    logicalDate: options.logicalDate === undefined ? running.startDate : options.logicalDate,
    ...(options.runAfter !== null && { runAfter: options.runAfter }),
    conf: options.conf,
    note: options.note,
    triggeredBy: 'operator',
    triggeredFrom: {
      dagId,
      runId,
      taskId,
      mapIndex,
      tryNumber,
      ...(options.waitForCompletion && { allowedStates: allowedStatesOf(options) }),
    },
  }
}

/** As in Airflow a state that is both is a failure. */
export const allowedStatesOf = ({ allowedStates, failedStates }: TriggerOptions) =>
  allowedStates.filter((state) => !failedStates.includes(state))

export function triggerPortsOf({ trigger }: TaskPorts): TriggerPorts {
  if (trigger) return trigger
  throw new Error('A task Lambda that triggers runs needs STEPDAG_LAUNCHER in its environment.')
}

export function triggerOptionsOf(program: TaskProgram, taskId: string): TriggerOptions {
  const { options } = definitionOf(program, taskId)
  if (options?.kind === 'trigger_dag_run') return options
  throw new Error(`Task "${taskId}" triggers nothing. Please report this bug.`)
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })
