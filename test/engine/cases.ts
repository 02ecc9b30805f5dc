/** The shape of our own conformance cases: a machine, what goes in, what must come out, and where that is written. */
import { expect } from 'vitest'
import { type FakeLambda, type FakeService, type Finished, startHarness } from './harness.ts'

export interface EngineCase {
  /** A present-tense sentence about behaviour. */
  readonly title: string
  readonly source: string
  /** `States` of a JSONata machine; the first one is `StartAt`. */
  readonly states: Readonly<Record<string, unknown>>
  readonly machine?: Readonly<Record<string, unknown>>
  readonly input?: unknown
  readonly lambdas?: Readonly<Record<string, FakeLambda>>
  readonly service?: FakeService
  readonly random?: () => number
  readonly output?: unknown
  readonly error?: string
  readonly cause?: string | RegExp
  readonly status?: string
  readonly events?: readonly string[]
  readonly check?: (finished: Finished) => void
}

export async function runCase(one: EngineCase): Promise<void> {
  const { lambdas, service, random } = one
  const harness = await startHarness({
    ...(lambdas ? { lambdas } : {}),
    ...(service ? { service } : {}),
    ...(random ? { random } : {}),
  })
  try {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: Object.keys(one.states)[0],
      States: one.states,
      ...one.machine,
    }
    const finished = await harness.run(definition, one.input ?? {})
    expect({
      status: finished.status,
      error: finished.error,
      cause: finished.status === 'SUCCEEDED' ? undefined : 'any',
    }).toEqual({
      status: one.status ?? (one.error === undefined ? 'SUCCEEDED' : 'FAILED'),
      error: one.error,
      cause: one.status || one.error !== undefined ? 'any' : undefined,
    })
    if (one.output !== undefined) expect(finished.output).toEqual(one.output)
    if (one.cause !== undefined) expect(finished.cause).toMatch(one.cause)
    if (one.events) expect(finished.events).toEqual(one.events)
    one.check?.(finished)
    expectTree(finished)
  } finally {
    await harness.close()
  }
}

/** Ids count from 1 without gaps and every event follows an earlier one. */
export function expectTree({ history }: Pick<Finished, 'history'>): void {
  history.forEach((event, index) => {
    expect(event.id).toBe(index + 1)
    expect(event.previousEventId).toBeLessThan(event.id!)
  })
}

export const invoke = (payload: unknown = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'arn:aws:lambda:us-east-1:111111111111:function:work', Payload: payload },
})
