/** Activities: tasks that workers ask for. Source: AWS, "Activities". */
import type { ActivityRecord } from '../storage/activity-store.ts'
import { ApiError, checkName, optionalText, pageOf, type Request, requiredText, seconds } from './api-error.ts'
import { activityArn, readActivityArn } from './arns.ts'
import type { Service } from './service.ts'
import { readTags } from './tags.ts'

/** AWS answers a worker after a minute without a task. */
const longestPollMs = 60_000

/** Idempotent by name. */
export function createActivity(service: Service, request: Request) {
  const name = requiredText(request, 'name')
  checkName(name)
  const tags = readTags(request.tags)
  const { activities } = service.machines
  const present = activities.get(name)
  const created: ActivityRecord = present ?? {
    name,
    createdAtMs: service.options.clock.now(),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  }
  if (!present) activities.put(created)
  return { activityArn: activityArn(service.options, name), creationDate: seconds(created.createdAtMs) }
}

export function describeActivity(service: Service, request: Request) {
  return shown(service, find(service, request))
}

/** Idempotent. Tasks that wait for a worker go on waiting. */
export function deleteActivity(service: Service, request: Request) {
  service.machines.activities.remove(readActivityArn(requiredText(request, 'activityArn')))
  return {}
}

export function listActivities(service: Service, request: Request) {
  const page = pageOf(service.machines.activities.list(), request, 100, 1000)
  return { activities: page.items.map((record) => shown(service, record)), nextToken: page.nextToken }
}

/** Answers when a task is there, or after a minute with nothing. The task has begun when its ActivityStarted is on disk. */
export async function getActivityTask(service: Service, request: Request) {
  find(service, request)
  const arn = requiredText(request, 'activityArn')
  const { clock } = service.options
  const untilMs = clock.now() + longestPollMs
  for (;;) {
    const task = await service.engine.activities.next(arn, clock, Math.max(0, untilMs - clock.now()))
    if (!task) return {}
    const { key, scopeId, scheduledEventId } = task
    const phase = service.engine.find(key)?.scopes.get(scopeId)?.phase
    if (phase?.kind !== 'task' || phase.scheduledEventId !== scheduledEventId) continue
    const workerName = optionalText(request, 'workerName')
    if (await service.engine.deliver(key, { kind: 'taken', scopeId, scheduledEventId, workerName }))
      return { taskToken: phase.token, input: phase.parameters }
  }
}

function find(service: Service, request: Request): ActivityRecord {
  const arn = requiredText(request, 'activityArn')
  const record = service.machines.activities.get(readActivityArn(arn))
  if (record) return record
  throw new ApiError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`)
}

const shown = (service: Service, { name, createdAtMs }: ActivityRecord) => ({
  activityArn: activityArn(service.options, name),
  name,
  creationDate: seconds(createdAtMs),
})
