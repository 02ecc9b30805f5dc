import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arriveAtGates, releaseThrough, wakeThrough } from '../../lambdas/arrival/index.ts'
import type { EarlyRule, StatusEntry } from '../../run-model/index.ts'
import { memoryStore } from './support/memory-store.ts'
import { runningRun, scene, wiringOf } from './support/scene.ts'

const execution = runningRun.execution.name
const scenePorts = scene({ tasks: {} }).ports

describe('a gate', () => {
  const tasks = { a: {}, b: {}, d: { upstreams: ['a', 'b'] } }
  const gates = { d: { need: ['b', 'a'] } }

  test('that waits already is released by the last arrival', async () => {
    const s = scene({ tasks, gates })
    expect(await s.store.waitAtGate(execution, 'd', 'token-1')).toBe(true)
    await s.call('a')
    expect(s.released).toEqual([])
    await s.call('b')
    expect(s.released).toEqual(['token-1'])
  })

  test('that is entered after the last arrival is found open', async () => {
    const s = scene({ tasks, gates })
    await s.call('a')
    await s.call('b')
    expect(s.released).toEqual([])
    expect(await s.store.waitAtGate(execution, 'd', 'token-1')).toBe(false)
  })

  test('hears of a task that its rule decided against', async () => {
    const s = scene({ tasks: { ...tasks, b: { upstreams: ['a'] } }, gates })
    await s.call('b', { up: { a: 'failed' } })
    expect(s.store.gates.get(`${execution}/d`)?.arrived).toEqual({ 0: 'upstream_failed' })
  })

  test('gets its token again when an arrival is repeated: the first send may have been lost', async () => {
    const s = scene({ tasks, gates })
    await s.store.waitAtGate(execution, 'd', 'token-1')
    await s.call('a')
    await s.call('b')
    await s.call('b')
    expect(s.released).toEqual(['token-1', 'token-1'])
  })

  test('that does not know the task feeding it is a bug with a message', async () => {
    const wiring = wiringOf({ tasks: { a: { feeds: ['d'] } }, gates: { d: { need: ['b'] } } })
    const ports = { ...scenePorts, store: memoryStore([]) }
    await expect(arriveAtGates(ports, wiring, { execution, taskKey: 'a', status: 'success' })).rejects.toThrow(
      'Gate "d" does not wait for "a"',
    )
  })
})

describe('a gate with an early rule', () => {
  const upstreams = ['a', 'b', 'c']
  const tasks = { a: {}, b: {}, c: {}, d: { upstreams } }

  /** After which arrival the waiting gate is released; null: never. */
  async function releasedAfter(rule: EarlyRule, statuses: readonly StatusEntry[]): Promise<number | null> {
    const wiring = wiringOf({ tasks, gates: { d: { need: upstreams, rule } } })
    const store = memoryStore([])
    const released: string[] = []
    const ports = { ...scenePorts, store, releaseToken: async (token: string) => void released.push(token) }
    await store.waitAtGate(execution, 'd', 'token')
    for (const [at, status] of statuses.entries()) {
      await arriveAtGates(ports, wiring, { execution, taskKey: upstreams[at]!, status })
      if (released.length > 0) return at + 1
    }
    return null
  }

  test.each([
    ['one_success', ['failed', 'success', 'success'], 2],
    ['one_success', ['skipped', 'upstream_failed', 'failed'], 3],
    ['one_failed', ['success', 'upstream_failed', 'success'], 2],
    ['one_failed', ['success', 'skipped', 'success'], 3],
    ['one_done', ['skipped', 'upstream_failed', 'failed'], 3],
    ['one_done', ['failed', 'success', 'success'], 1],
    ['one_done', ['skipped', 'upstream_failed'], null],
  ] as const)('%s with %o opens at arrival %s', async (rule, statuses, arrival) => {
    expect(await releasedAfter(rule, statuses)).toBe(arrival)
  })
})

/**
 * The gate's state as Step Functions runs it: writes its token unless the gate is open, and may be armed anew after a
 * timeout, which makes the older token worthless.
 */
function gateState(store: ReturnType<typeof memoryStore>) {
  const state = { armed: 0, released: 0, foundOpen: false }
  return {
    state,
    async enter() {
      if (state.released > 0 || state.foundOpen) return
      state.armed += 1
      state.foundOpen = !(await store.waitAtGate(execution, 'd', `token-${state.armed}`))
    },
    async release(token: string) {
      if (token === `token-${state.armed}` && !state.foundOpen && state.released === 0) state.released += 1
    },
  }
}

const anyRule = fc.constantFrom<({ rule: EarlyRule } | Record<never, never>)[]>(
  {},
  { rule: 'one_success' },
  { rule: 'one_failed' },
  { rule: 'one_done' },
)

test('whatever its rule and the order of arrivals, repeats and re-arms, a gate lets its task go exactly once', async () => {
  const upstreams = ['a', 'b', 'c', 'e']
  const tasks = Object.fromEntries(upstreams.map((key) => [key, {}]))
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      anyRule,
      fc.array(fc.constantFrom(...upstreams), { maxLength: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(statusArbitrary(), { minLength: 4, maxLength: 4 }),
      async (scheduler, rule, repeats, entries, statuses) => {
        const gates = { d: { need: upstreams, ...rule } }
        const wiring = wiringOf({ tasks: { ...tasks, d: { upstreams } }, gates })
        const store = memoryStore([])
        const gate = gateState(store)
        const ports = {
          ...scenePorts,
          store: {
            ...store,
            arriveAtGate: scheduler.scheduleFunction(store.arriveAtGate),
            openGate: scheduler.scheduleFunction(store.openGate),
          },
          releaseToken: scheduler.scheduleFunction(gate.release),
        }
        const arrive = (taskKey: string) =>
          arriveAtGates(ports, wiring, { execution, taskKey, status: statuses[upstreams.indexOf(taskKey)]! })
        const enter = scheduler.scheduleFunction(gate.enter)
        // A state enters again only after it timed out, so its entries follow one another.
        const entering = Array.from({ length: entries }).reduce<Promise<void>>(
          (before) => before.then(enter),
          Promise.resolve(),
        )
        const arrivals = [...upstreams, ...repeats].map(arrive)
        await scheduler.waitFor(Promise.all([entering, ...arrivals]))
        expect(gate.state.released + (gate.state.foundOpen ? 1 : 0)).toBe(1)
      },
    ),
    { seed: 20260301, numRuns: 500 },
  )
})

test('a gate stays closed as long as one upstream has not arrived', async () => {
  const upstreams = ['a', 'b', 'c']
  const wiring = wiringOf({
    tasks: { a: {}, b: {}, c: {}, d: { upstreams } },
    gates: { d: { need: upstreams } },
  })
  await fc.assert(
    fc.asyncProperty(fc.subarray(upstreams, { maxLength: 2 }), statusArbitrary(), async (arriving, status) => {
      const store = memoryStore([])
      const released: string[] = []
      await store.waitAtGate(execution, 'd', 't')
      const ports = { ...scenePorts, store, releaseToken: async (token: string) => void released.push(token) }
      for (const taskKey of arriving) await arriveAtGates(ports, wiring, { execution, taskKey, status })
      expect(released).toEqual([])
    }),
    { seed: 20260301 },
  )
})

function statusArbitrary() {
  return fc.constantFrom<StatusEntry>('success', 'failed', 'skipped', 'upstream_failed')
}

describe('a token that nobody waits for', () => {
  const stepFunctions = (name: string) => ({
    send: () => Promise.reject(Object.assign(new Error('the service said no'), { name })),
  })

  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('is ignored: %s', async (name) => {
    await expect(releaseThrough(stepFunctions(name))('token')).resolves.toBeUndefined()
  })

  test('is told from a send that failed', async () => {
    await expect(releaseThrough(stepFunctions('ThrottlingException'))('token')).rejects.toMatchObject({
      name: 'StepFunctionsError',
      cause: expect.objectContaining({ name: 'ThrottlingException' }),
    })
  })
})

describe('a wake-up', () => {
  const call = { x: 'x', w: 'plan', task: 'd', try: 0, up: {}, gate: true, woken: true, token: 't' } as const

  test('is an event for the function version that held the call', async () => {
    const sent: unknown[] = []
    const lambda = { send: async ({ input }: { input: unknown }) => void sent.push(input) }
    await wakeThrough(lambda as never)('arn:7', call) // a wake-up reads nothing of the answer
    expect(sent).toEqual([{ FunctionName: 'arn:7', InvocationType: 'Event', Payload: JSON.stringify(call) }])
  })

  test('that Lambda does not take is an error by which the call is repeated', async () => {
    const throttled = Object.assign(new Error('slower'), { name: 'TooManyRequestsException' })
    const wake = wakeThrough({ send: () => Promise.reject(throttled) })
    await expect(wake('arn:7', call)).rejects.toMatchObject({ name: 'LambdaError', cause: throttled })
  })
})
