import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../../lambdas/launcher/launch.ts'
import { parseLaunchRequest } from '../../lambdas/launcher/parse-request.ts'
import type { TriggerRequest } from '../../run-model/index.ts'
import { type LauncherWorld, startLauncherWorld } from './launcher-world.ts'

let world: LauncherWorld
beforeAll(async () => {
  world = await startLauncherWorld()
  for (const dagId of ['sales', 'stock', 'paused', 'removed']) await world.register(dagId)
  await world.store.setPaused('paused', true)
  await world.store.setStale('removed')
  world.at('2026-03-01T12:00:00Z')
})
afterAll(() => world.close())

const trigger = (part: Partial<TriggerRequest> = {}) =>
  launch(world.ports, { kind: 'trigger', dagId: 'sales', triggeredBy: 'rest_api', ...part })

describe('a trigger', () => {
  test('without anything else makes a running run without logical date', async () => {
    const answer = await trigger({ conf: { a: [1] }, note: 'hello' })
    expect(answer).toMatchObject({
      kind: 'launched',
      runs: [
        {
          state: 'running',
          runType: 'manual',
          triggeredBy: 'rest_api',
          logicalDate: null,
          dataInterval: null,
          runAfter: '2026-03-01T12:00:00.000Z',
          conf: { a: [1] },
          note: 'hello',
        },
      ],
    })
    const { runs } = answer as Extract<typeof answer, { kind: 'launched' }> // asserted above
    expect(runs[0]!.runId).toMatch(/^manual__2026-03-01T12:00:00\+00:00_suffix\d\d$/)
  })

  test('with a logical date is named after run_after and covers that date', async () => {
    expect(await trigger({ logicalDate: '2026-02-01T01:00:00+01:00', runAfter: '2026-03-01T11:00:00Z' })).toMatchObject(
      {
        runs: [
          {
            runId: 'manual__2026-03-01T11:00:00+00:00',
            logicalDate: '2026-02-01T00:00:00.000Z',
            dataInterval: { start: '2026-02-01T00:00:00.000Z', end: '2026-02-01T00:00:00.000Z' },
          },
        ],
      },
    )
  })

  test('keeps a data interval that was given', async () => {
    const dataInterval = { start: '2026-01-01T00:00:00Z', end: '2026-01-31T00:00:00Z' }
    expect(await trigger({ runId: 'month', logicalDate: '2026-01-01T00:00:00Z', dataInterval })).toMatchObject({
      runs: [{ dataInterval: { start: '2026-01-01T00:00:00.000Z', end: '2026-01-31T00:00:00.000Z' } }],
    })
  })

  test('with run_after in the future stays queued until then', async () => {
    const request = { dagId: 'stock', runId: 'tomorrow', runAfter: '2026-03-01T13:00:00Z' }
    expect(await trigger(request)).toMatchObject({ runs: [{ state: 'queued' }] })
    world.at('2026-03-01T13:00:00Z')
    const answer = await launch(world.ports, { kind: 'plan', dagId: 'stock' })
    world.at('2026-03-01T12:00:00Z')
    expect(answer).toMatchObject({ runs: [{ runId: 'tomorrow', state: 'running' }] })
  })

  test('of a paused DAG makes a run that stays queued', async () => {
    expect(await trigger({ dagId: 'paused', runId: 'waits' })).toMatchObject({ runs: [{ state: 'queued' }] })
    await world.store.setPaused('paused', false)
    expect(await launch(world.ports, { kind: 'plan', dagId: 'paused' })).toMatchObject({
      runs: [{ runId: 'waits', state: 'running' }],
    })
  })

  test('succeeds even if the run cannot start yet; the next plan starts it', async () => {
    const broken = {
      ...world.ports,
      executions: { start: () => Promise.reject(new Error('Step Functions is away')) },
    }
    const request = { kind: 'trigger', dagId: 'stock', runId: 'unlucky', triggeredBy: 'cli' } as const
    expect(await launch(broken, request)).toMatchObject({ kind: 'launched', runs: [{ runId: 'unlucky' }] })
    expect(world.warnings.at(-1)).toContain('waits for the next plan')
    const count = world.executions.all.length
    await launch(world.ports, { kind: 'plan', dagId: 'stock' })
    expect(world.executions.all).toHaveLength(count + 1)
  })
})

describe('a refusal says what, why and how to do better', () => {
  const long = 'x'.repeat(65_536)
  test.each([
    [{ dagId: 'slaes' }, 404, 'unknown-dag', 'did you mean sales?'],
    [{ dagId: 'zzzzzz' }, 404, 'unknown-dag', 'known DAGs:'],
    [{ dagId: 'removed' }, 409, 'removed-dag', 'deploy the DAG again'],
    [{ runId: 'a b' }, 400, 'bad-run-id', 'use for example a_b'],
    [{ runId: '..' }, 400, 'bad-run-id', 'use for example my-run-1'],
    [{ runId: '~' }, 400, 'bad-run-id', 'use for example my-run-1'],
    [{ runId: 'scheduled__2026-03-01T00:00:00+00:00' }, 400, 'bad-run-id', 'leave the run id out'],
    [{ logicalDate: 'yesterday' }, 400, 'bad-date', '2026-03-29T01:30:00Z'],
    [{ logicalDate: '2026-02-30T00:00:00Z' }, 400, 'bad-date', '2026-03-29T01:30:00Z'],
    [{ logicalDate: '2026-02-01T00:00:00' }, 400, 'bad-date', '2026-03-29T01:30:00Z'],
    [{ runAfter: '12:00' }, 400, 'bad-date', '2026-03-29T01:30:00Z'],
    [{ conf: { long } }, 400, 'conf-too-large', 'bucket'],
    [{ note: 'x'.repeat(1001) }, 400, 'note-too-long', 'shorten'],
    [
      { dataInterval: { start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z' } },
      400,
      'interval-without-date',
      '',
    ],
    [
      {
        logicalDate: '2026-01-01T00:00:00Z',
        dataInterval: { start: '2026-01-02T00:00:00Z', end: '2026-01-01T00:00:00Z' },
      },
      400,
      'reversed-interval',
      'exchange',
    ],
  ] as const)('%j', async (part, status, code, fix) => {
    const before = world.executions.all.length
    const answer = await trigger(part)
    expect(answer).toMatchObject({ kind: 'refused', status, code, fix: expect.stringContaining(fix) })
    const { detail, why } = answer as Extract<typeof answer, { kind: 'refused' }> // asserted above
    expect(detail.length).toBeGreaterThan(10)
    expect(why.length).toBeGreaterThan(10)
    expect(world.executions.all).toHaveLength(before)
  })

  test('a run id is given once', async () => {
    await trigger({ runId: 'twice' })
    expect(await trigger({ runId: 'twice' })).toMatchObject({ status: 409, code: 'run-id-taken' })
  })

  test('a logical date is given once, and the answer names its run', async () => {
    await trigger({ runId: 'holder', logicalDate: '2025-01-01T00:00:00Z' })
    const answer = await trigger({ runId: 'other', logicalDate: '2025-01-01T00:00:00Z' })
    expect(answer).toMatchObject({ status: 409, code: 'logical-date-taken', detail: expect.stringContaining('holder') })
    expect(await world.store.getRun({ dagId: 'sales', runId: 'other' })).toBeNull()
  })
})

describe('the event of the Lambda', () => {
  test.each([
    { kind: 'tick', dagId: 'a', scheduledTime: '2026-03-01T00:00:00Z' },
    { kind: 'plan', dagId: 'a' },
    { kind: 'trigger', dagId: 'a', triggeredBy: 'ui' },
    {
      kind: 'trigger',
      dagId: 'a',
      triggeredBy: 'ui',
      logicalDate: null,
      dataInterval: null,
      conf: { x: [null] },
      note: '',
    },
  ])('$kind is read as it is', (event) => {
    expect(parseLaunchRequest(event)).toEqual(event)
  })

  test.each([null, {}, { kind: 'trigger', dagId: 'a' }, { kind: 'plan', dagId: 7 }])('%j is refused', (event) => {
    expect(() => parseLaunchRequest(event)).toThrow(/event it does not know/)
  })
})
