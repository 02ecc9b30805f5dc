/**
 * Requests and answers between Step Functions' writing and the SDK's, by the service's own model: members are PascalCase
 * whatever the API uses, times are ISO text, bytes are text. Keys of maps are data and stay as they are.
 */
import { NormalizedSchema } from '@smithy/core/schema'

/** A reference into a client's model: a tuple, or a function that gives one. */
export type ShapeRef = Parameters<typeof NormalizedSchema.of>[0]

/** @throws Error named `States.Runtime` for a member that the request does not have */
export function toRequest(shape: ShapeRef, value: unknown): unknown {
  return requestOf(NormalizedSchema.of(shape), value, '')
}

/** Streams are read to their end. */
export function fromAnswer(shape: ShapeRef, value: unknown): Promise<unknown> {
  return answerOf(NormalizedSchema.of(shape), value)
}

function requestOf(shape: NormalizedSchema, value: unknown, place: string): unknown {
  if (value === null || value === undefined) return value
  if (shape.isListSchema() && Array.isArray(value)) {
    return value.map((item, index) => requestOf(shape.getValueSchema(), item, `${place}[${index}]`))
  }
  if (shape.isMapSchema() && isObject(value)) {
    const entries = Object.entries(value)
    return Object.fromEntries(
      entries.map(([key, item]) => [key, requestOf(shape.getValueSchema(), item, `${place}.${key}`)]),
    )
  }
  if (shape.isStructSchema() && isObject(value)) return structOf(shape, value, place)
  if (shape.isTimestampSchema()) return instantOf(value)
  if (shape.isBlobSchema()) return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
  // AWS: a parameter that the service takes as text may be written as JSON, and is sent as that text.
  if (shape.isStringSchema() && typeof value === 'object') return JSON.stringify(value)
  return value
}

function structOf(shape: NormalizedSchema, value: Readonly<Record<string, unknown>>, place: string): object {
  const members = new Map([...shape.structIterator()].map(([name, member]) => [capital(name), { name, member }]))
  const fields = Object.entries(value).map(([key, item]) => {
    const found = members.get(key)
    if (!found) throw unknownMember(`${place}.${key}`.slice(1), [...members.keys()])
    return [found.name, requestOf(found.member, item, `${place}.${key}`)]
  })
  return Object.fromEntries(fields)
}

/** AWS refuses such a definition when it is created; here the model is at hand only when the call is made. */
function unknownMember(name: string, known: string[]): Error {
  const message = `The field "${name}" is not supported by Step Functions; this request has ${known.sort().join(', ') || 'no fields'}`
  return Object.assign(new Error(message), { name: 'States.Runtime' })
}

async function answerOf(shape: NormalizedSchema, value: unknown): Promise<unknown> {
  if (shape.isBlobSchema()) return textOf(value)
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const member = shape.isListSchema() ? shape.getValueSchema() : shape
    return Promise.all(value.map((item) => answerOf(member, item)))
  }
  return Object.fromEntries(await Promise.all(Object.entries(value).map((entry) => memberOf(shape, entry))))
}

async function memberOf(shape: NormalizedSchema, [key, value]: [string, unknown]): Promise<[string, unknown]> {
  if (shape.isStructSchema()) return [capital(key), await answerOf(shape.getMemberSchema(key), value)]
  return [key, await (shape.isMapSchema() ? answerOf(shape.getValueSchema(), value) : answerOf(shape, value))]
}

/** What the SDK puts on a streamed body. */
interface ReadableBody {
  transformToString(): Promise<string>
}

async function textOf(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (typeof value === 'object' && value !== null && 'transformToString' in value) {
    return (value as ReadableBody).transformToString()
  }
  return value
}

function instantOf(value: unknown): unknown {
  if (typeof value === 'number') return new Date(value * 1000)
  const atMs = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(atMs) ? value : new Date(atMs)
}

const capital = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
