/** What `getContext()` answers: the run, the try and its log, in an author's terms. */
import type { TaskContext, TaskLog } from '../../dag-compiler/define.ts'
import type { TaskInstance } from '../../run-model/index.ts'
import type { TaskPorts, WriteLog } from './ports.ts'
import type { Situation } from './read-situation.ts'

export function taskContext(
  ports: Pick<TaskPorts, 'log' | 'sha256'>,
  run: Situation['run'],
  running: TaskInstance,
  signal: AbortSignal,
): TaskContext {
  const { dagId, taskId, runId, tryNumber, mapIndex, dagVersion } = running
  return {
    dagId,
    taskId,
    runId,
    tryNumber,
    maxTries: running.maxTries + 1,
    mapIndex,
    signal,
    logicalDate: dateOrNull(run.logicalDate),
    dataIntervalStart: dateOrNull(run.dataInterval?.start),
    dataIntervalEnd: dateOrNull(run.dataInterval?.end),
    runAfter: new Date(run.runAfter),
    conf: run.conf,
    dagVersion,
    ...(running.operator === 'deferrable' && { deferral: deferralOf(running) }),
    idempotencyKey: idempotencyKey(ports.sha256, running),
    log: taskLog(ports.log),
  }
}

function deferralOf({
  dagId,
  runId,
  taskId,
  mapIndex,
  tryNumber,
  wait,
}: TaskInstance): NonNullable<TaskContext['deferral']> {
  const [dag, run, task] = [dagId, runId, taskId].map(encodeURIComponent)
  const path = `/api/stepdag/v1/dags/${dag}/dagRuns/${run}/taskInstances/${task}/${mapIndex}`
  return { dagId, runId, taskId, mapIndex, tryNumber, path, deadline: dateOrNull(wait?.deadline) }
}

/**
 * Equal for every repeat of one try. 32 hex digits, because the shortest limit among the services that take such keys
 * is AWS's 36 characters.
 */
function idempotencyKey(sha256: (text: string) => string, running: TaskInstance): string {
  const { dagId, runId, taskId, mapIndex, tryNumber } = running
  return sha256([dagId, runId, taskId, mapIndex, tryNumber].join('\n')).slice(0, 32)
}

const dateOrNull = (date: string | null | undefined): Date | null => (date ? new Date(date) : null)

const taskLog = (write: WriteLog): TaskLog => ({
  debug: (message, fields = {}) => write('debug', message, fields),
  info: (message, fields = {}) => write('info', message, fields),
  warn: (message, fields = {}) => write('warn', message, fields),
  error: (message, fields = {}) => write('error', message, fields),
})
