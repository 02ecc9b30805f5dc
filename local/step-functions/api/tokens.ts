/** SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat: each answers after its effect is on disk. */
import type { TaskOutcome } from '../execution/entry.ts'
import { isOversized, maxPayloadBytes } from '../execution/limits.ts'
import { readToken } from '../integrations/token.ts'
import { ApiError, optionalText, type Request, requiredText } from './api-error.ts'
import type { Service } from './service.ts'

export async function sendTaskSuccess(service: Service, request: Request) {
  const output = requiredText(request, 'output')
  try {
    JSON.parse(output)
  } catch {
    throw new ApiError('InvalidOutput', 'Invalid Output: the output is not JSON')
  }
  if (isOversized(output))
    throw new ApiError('InvalidOutput', `Invalid Output: the output has more than ${maxPayloadBytes} bytes`)
  return answer(service, request, { ok: true, output })
}

export async function sendTaskFailure(service: Service, request: Request) {
  return answer(service, request, {
    ok: false,
    error: optionalText(request, 'error') ?? '',
    cause: optionalText(request, 'cause') ?? '',
  })
}

export async function sendTaskHeartbeat(service: Service, request: Request) {
  const { key, scopeId, token } = place(service, request)
  await expectOpen(service.engine.deliver(key, { kind: 'heartbeat', scopeId, token }))
  return {}
}

async function answer(service: Service, request: Request, outcome: TaskOutcome) {
  const { key, scopeId, token } = place(service, request)
  await expectOpen(service.engine.deliver(key, { kind: 'tokenAnswered', scopeId, token, outcome }))
  return {}
}

/** A token of a task that is over: AWS's name for it, whatever ended the task. */
async function expectOpen(changed: Promise<boolean>): Promise<void> {
  if (!(await changed)) throw new ApiError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
}

function place(service: Service, request: Request) {
  const token = requiredText(request, 'taskToken')
  const read = readToken(token)
  if (!read) throw new ApiError('InvalidToken', "Invalid Token: 'Invalid token'")
  const key = { machineName: read.machineName, executionName: read.executionName }
  if (!service.logs.exists(key))
    throw new ApiError('TaskDoesNotExist', "Task does not exist: 'Provided task does not exist'")
  return { key, scopeId: read.scopeId, token }
}
