/** Executions that real AWS ran (see ../shared/conformance/README.md beside the repository), run again here and compared. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { errorNamed, type FakeLambda, type Finished, RawAnswer, startHarness } from './harness.ts'

const folder = join(import.meta.dirname, '../../../shared/conformance/step-functions')
const present = existsSync(folder)

interface Case {
  readonly id: string
  readonly definition: unknown
  readonly input: unknown
  readonly lambdas: Readonly<Record<string, Behaviour>>
  readonly eventOrder: 'strict' | 'unordered'
  readonly expected: {
    readonly status: string
    readonly output?: unknown
    readonly error?: string
    readonly cause?: unknown
    /** Absent where the recorder erased an event. */
    readonly events?: readonly [string, string | null][]
    readonly history?: readonly Record<string, unknown>[]
  }
}

type Behaviour =
  | { readonly id: 'identity' | 'decorate' }
  | { readonly id: 'const'; readonly value: unknown }
  | { readonly id: 'const_raw'; readonly raw: string }
  | { readonly id: 'throw'; readonly errorType: string; readonly errorMessage: string }
  | { readonly id: 'large'; readonly bytes: number }
  | { readonly id: 'sleep'; readonly seconds: number }

const cases: Case[] = present
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
  : []

describe.skipIf(!present)('the engine agrees with executions recorded on AWS', () => {
  const agreed: string[] = []
  afterAll(() => {
    process.stdout.write(`recorded executions: ${agreed.length} of ${cases.length} agree\n`)
  })
  for (const one of cases) {
    it(`${one.id} ends as on AWS`, async () => {
      const harness = await startHarness({ lambdas: fakes(one.lambdas) })
      const finished = await harness.run(one.definition, one.input)
      await harness.close()
      compare(one, finished)
      agreed.push(one.id)
    })
  }
})

it.skipIf(present)('recorded executions are skipped: ../shared/conformance is not beside this checkout', () => {
  expect(cases).toEqual([])
})

function compare({ expected, eventOrder }: Case, finished: Finished): void {
  expect(finished.status).toBe(expected.status)
  if (expected.output !== undefined) expect(comparable(finished.output)).toEqual(comparable(expected.output))
  expect(finished.error).toBe(expected.error)
  const wanted = expected.events?.map(([type, name]) => (name === null ? type : `${type}:${name}`))
  if (wanted && eventOrder === 'strict') expect(finished.events).toEqual(wanted)
  else if (wanted) expect([...finished.events].sort()).toEqual([...wanted].sort())
  expect(thrown(finished.cause)).toEqual(thrown(expected.cause))
  if (eventOrder === 'strict') {
    const history = [...(expected.history ?? [])].sort((a, b) => Number(a.id) - Number(b.id))
    for (const [index, event] of history.entries()) {
      expect(comparable(withoutDate(finished.history[index]!))).toEqual(comparable(event))
    }
  }
}

/** A thrown error's cause is compared by type and message, as the recordings ask. */
function thrown(cause: unknown): unknown {
  const json = typeof cause === 'string' ? parsed(cause) : cause
  if (typeof json !== 'object' || json === null) return json
  const { errorMessage, errorType } = json as Record<string, unknown>
  return { errorMessage, errorType }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const volatileNames =
  /^(timestamp|roleArn|requestId|RequestId|Date|X-Amzn-Trace-Id|x-amzn-RequestId|stackTrace|trace|TimestampValue|mapRunArn)$/

/** JSON inside strings is opened, what differs from run to run is masked, and undefined members go. */
function comparable(value: unknown, key = ''): unknown {
  if (volatileNames.test(key)) return 'varies'
  if (key === 'cause' || key === 'Cause') return thrown(value)
  if (typeof value === 'string' && /^\s*[[{"]|^(true|false|null|-?\d[\d.]*)$/.test(value)) {
    const json = parsed(value)
    return json === value ? value : comparable(json)
  }
  if (Array.isArray(value)) return value.map((item) => comparable(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, comparable(item, name)]),
  )
}

function withoutDate(event: object): object {
  return { ...event, timestamp: 'timestamp' }
}

function fakes(behaviours: Readonly<Record<string, Behaviour>>): Record<string, FakeLambda> {
  return Object.fromEntries(Object.entries(behaviours).map(([name, behaviour]) => [name, fake(behaviour)]))
}

/** The recorded functions ran Python, whose JSON has blanks; the answer's Content-Length counts them. */
function pythonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, item]) => `${JSON.stringify(name)}: ${pythonText(item)}`)
    .join(', ')}}`
}

function fake(behaviour: Behaviour): FakeLambda {
  switch (behaviour.id) {
    case 'identity':
      return (event) => new RawAnswer(pythonText(event))
    case 'decorate':
      return (event) => `input-event-${String(event)}`
    case 'const':
      return () => behaviour.value
    case 'const_raw':
      return () => new RawAnswer(behaviour.raw)
    case 'throw':
      return () => {
        throw errorNamed(behaviour.errorType, behaviour.errorMessage)
      }
    case 'large':
      return () => 'a'.repeat(behaviour.bytes)
    case 'sleep':
      return (event, { clock }) =>
        new Promise((resolve) => clock.alarm(clock.now() + behaviour.seconds * 1000, () => resolve(event)))
  }
}
