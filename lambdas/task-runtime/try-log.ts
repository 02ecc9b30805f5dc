/** Every line says which try it belongs to; lines printed with `console.log` are tied to it by Lambda's request id. */
import type { TaskPorts, WriteLog } from './ports.ts'
import type { Try } from './run-try.ts'

export function tryLog(ports: Pick<TaskPorts, 'log'>, { running, invocation }: Try): WriteLog {
  const { dagId, runId, taskId, mapIndex, tryNumber } = running
  const names = { dagId, runId, taskId, mapIndex, tryNumber, requestId: invocation.requestId }
  return (level, message, fields) => ports.log(level, message, { ...fields, ...names })
}
