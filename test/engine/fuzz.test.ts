/** Random machines: whatever they do, they end, their history is well formed, and their log says the same again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { createStepFunctions, type StepFunctionsOptions } from '../../local/step-functions/index.ts'
import { startMs } from './harness.ts'
import { brokenMachines, inputs, machines } from './random-machines.ts'

/** 60 in `npm test`; more with `STEPDAG_PROPERTY_RUNS`. */
const numRuns = Number(process.env.STEPDAG_PROPERTY_RUNS ?? 60)
const seed = Number(process.env.STEPDAG_SEED ?? 20)
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

interface Event {
  readonly id: number
  readonly previousEventId: number
  readonly type: string
  readonly [details: string]: unknown
}
type Core = ReturnType<typeof createStepFunctions>
type Answer = Readonly<Record<string, unknown>>

const roleArn = 'arn:aws:iam::111111111111:role/role'

function world(dataDir: string | null) {
  const clock = createVirtualClock(startMs)
  const options: StepFunctionsOptions = {
    clock,
    dataDir,
    region: 'us-east-1',
    accountId: '111111111111',
    random: () => 0.5,
    invokeLambda: async (_, payload) =>
      payload.length % 3 === 0
        ? { ok: false, error: 'Odd', cause: JSON.stringify({ errorType: 'Odd', errorMessage: payload }) }
        : { ok: true, payload },
    callService: async () => ({}),
  }
  return { clock, core: createStepFunctions(options) }
}

async function run({ clock, core }: ReturnType<typeof world>, definition: string, input: unknown): Promise<string> {
  const { stateMachineArn } = (await core.call('CreateStateMachine', { name: 'm', definition, roleArn })) as Answer
  const started = await core.call('StartExecution', { stateMachineArn, input: JSON.stringify(input) })
  const { executionArn } = started as { executionArn: string }
  for (let turn = 0; turn < 30_000; turn++) {
    await core.atRest()
    const { status } = (await core.call('DescribeExecution', { executionArn })) as Answer
    if (status !== 'RUNNING') return executionArn
    const next = clock.nextAlarmMs()
    // Functions answer in a later turn of the event loop.
    if (next === null) await new Promise(setImmediate)
    else clock.advanceTo(next)
  }
  throw new Error('the execution does not end')
}

async function historyOf(core: Core, executionArn: string): Promise<readonly Event[]> {
  const events: Event[] = []
  let nextToken: unknown
  do {
    const more = nextToken === undefined ? {} : { nextToken }
    const page = (await core.call('GetExecutionHistory', { executionArn, maxResults: 1000, ...more })) as Answer
    events.push(...(page.events as Event[]))
    nextToken = page.nextToken ?? undefined
  } while (nextToken !== undefined)
  return events
}

const nameIn = (event: Event, member: string) => (event[member] as { readonly name?: string } | undefined)?.name

const lastEvents: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
}

function expectWellFormed(events: readonly Event[], description: Answer): void {
  for (const [index, { id, previousEventId }] of events.entries()) {
    expect(id).toBe(index + 1)
    expect(previousEventId).toBeLessThan(id)
    expect(previousEventId).toBeGreaterThanOrEqual(0)
  }
  expect(events[0]?.type).toBe('ExecutionStarted')
  expect(events.at(-1)?.type).toBe(lastEvents[String(description.status)])
  expect(String(description.cause)).not.toContain('please report')
  const count = new Map<string, number>()
  for (const event of events) {
    const entered = nameIn(event, 'stateEnteredEventDetails')
    const exited = nameIn(event, 'stateExitedEventDetails')
    if (entered !== undefined) count.set(entered, (count.get(entered) ?? 0) + 1)
    if (exited !== undefined) count.set(exited, (count.get(exited) ?? 0) - 1)
    // Nothing is left that was not entered.
    expect(count.get(exited ?? entered ?? '') ?? 0).toBeGreaterThanOrEqual(0)
  }
  // Where nothing failed on the way, every state that was entered has been left.
  if (events.some(({ type }) => /Failed|Aborted|TimedOut|FailState/.test(type))) return
  expect([...count.values()].filter((open) => open !== 0)).toEqual([])
}

describe('a random machine', () => {
  it('ends with a well-formed history, which a restart reads from its log unchanged', {
    timeout: 120_000,
  }, async () => {
    const ends = new Map<unknown, number>()
    await fc.assert(
      fc.asyncProperty(machines, inputs, async (machine, input) => {
        const dataDir = mkdtempSync(join(tmpdir(), 'stepdag-fuzz-'))
        folders.push(dataDir)
        const first = world(dataDir)
        const executionArn = await run(first, JSON.stringify(machine), input)
        const description = (await first.core.call('DescribeExecution', { executionArn })) as Answer
        const events = await historyOf(first.core, executionArn)
        first.core.close()
        expectWellFormed(events, description)
        const second = world(dataDir)
        await second.core.recover()
        expect(await second.core.call('DescribeExecution', { executionArn })).toEqual(description)
        expect(await historyOf(second.core, executionArn)).toEqual(events)
        second.core.close()
        ends.set(description.status, (ends.get(description.status) ?? 0) + 1)
      }),
      { seed, numRuns },
    )
    expect([...ends.keys()].sort()).toEqual(['FAILED', 'SUCCEEDED'])
  })

  it('with one thing gone wrong is refused with a reason, or runs to an end', { timeout: 120_000 }, async () => {
    const seen = { refused: 0, ran: 0 }
    await fc.assert(
      fc.asyncProperty(brokenMachines, inputs, async (machine, input) => {
        const here = world(null)
        try {
          const executionArn = await run(here, JSON.stringify(machine), input)
          const description = (await here.core.call('DescribeExecution', { executionArn })) as Answer
          expectWellFormed(await historyOf(here.core, executionArn), description)
          seen.ran += 1
        } catch (error) {
          const { type, message } = error as { readonly type?: string; readonly message: string } // an ApiError
          if (type !== 'InvalidDefinition') throw error
          expect(message).toMatch(/^Invalid State Machine Definition: '[A-Z_]+: .+/s)
          seen.refused += 1
        } finally {
          here.core.close()
        }
      }),
      { seed, numRuns: numRuns * 4 },
    )
    expect(seen.refused).toBeGreaterThan(numRuns)
    expect(seen.ran).toBeGreaterThan(0)
  })

  it('of any JSON, and any text as definition or input, is answered by an error of AWS', async () => {
    const { core } = world(null)
    const create = (definition: unknown) => core.call('CreateStateMachine', { name: 'x', definition, roleArn })
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (definition) => {
        await expect(create(definition)).rejects.toMatchObject({
          type: expect.stringMatching(/^(InvalidDefinition|ValidationException)$/),
        })
      }),
      { seed, numRuns },
    )
    const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } })
    const { stateMachineArn } = (await core.call('CreateStateMachine', { name: 'ok', definition, roleArn })) as Answer
    const isJson = (text: string) => {
      try {
        JSON.parse(text)
        return true
      } catch {
        return false
      }
    }
    await fc.assert(
      fc.asyncProperty(
        fc.string().filter((text) => !isJson(text)),
        async (input) => {
          await expect(core.call('StartExecution', { stateMachineArn, input })).rejects.toMatchObject({
            type: 'InvalidExecutionInput',
          })
        },
      ),
      { seed, numRuns },
    )
    core.close()
  })
})
