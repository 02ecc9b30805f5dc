/** TagResource, UntagResource, ListTagsForResource: of state machines and activities; versions and aliases have none. */
import { ApiError, type Request, requiredText } from './api-error.ts'
import { readActivityArn, readMachineArn } from './arns.ts'
import type { Service } from './service.ts'

export type Tags = Readonly<Record<string, string>>

/** AWS's quota. */
const mostTags = 50

export function tagResource(service: Service, request: Request) {
  const { tags, put } = tagged(service, request)
  put({ ...tags, ...readTags(request.tags) })
  return {}
}

export function untagResource(service: Service, request: Request) {
  const { tags, put } = tagged(service, request)
  const gone = Array.isArray(request.tagKeys) ? request.tagKeys : []
  put(Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(key))))
  return {}
}

export function listTagsForResource(service: Service, request: Request) {
  const { tags } = tagged(service, request)
  return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }
}

/** @param given AWS's list of keys and values @throws ApiError `TooManyTags`, `ValidationException` */
export function readTags(given: unknown): Tags {
  const items = Array.isArray(given) ? given.map((item) => Object(item) as Record<string, unknown>) : []
  const tags = Object.fromEntries(
    items.map(({ key, value }) => [checkText(key, 1, 128), checkText(value ?? '', 0, 256)]),
  )
  checkCount(tags)
  return tags
}

function checkText(text: unknown, min: number, max: number): string {
  if (typeof text === 'string' && text.length >= min && text.length <= max) return text
  throw new ApiError('ValidationException', `Invalid tag: a key has 1 to 128 characters, a value at most 256`)
}

function checkCount(tags: Tags): void {
  if (Object.keys(tags).length > mostTags)
    throw new ApiError('TooManyTags', `Too Many Tags: a resource has at most ${mostTags} tags`)
}

function tagged(service: Service, request: Request) {
  const arn = requiredText(request, 'resourceArn')
  if (arn.split(':')[5] === 'activity') return ofActivity(service, arn)
  const { name, version, alias } = readMachineArn(arn)
  const record = version === null && alias === null ? service.machines.get(name) : undefined
  if (!record) throw notFound(arn)
  return {
    tags: record.tags ?? {},
    put(tags: Tags) {
      checkCount(tags)
      service.machines.put({ ...record, tags })
    },
  }
}

function ofActivity({ machines: { activities } }: Service, arn: string) {
  const record = activities.get(readActivityArn(arn))
  if (!record) throw notFound(arn)
  return {
    tags: record.tags ?? {},
    put(tags: Tags) {
      checkCount(tags)
      activities.put({ ...record, tags })
    },
  }
}

const notFound = (arn: string) => new ApiError('ResourceNotFound', `Resource not found: '${arn}'`)
