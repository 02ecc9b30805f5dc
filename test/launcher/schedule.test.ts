import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../../lambdas/launcher/launch.ts'
import type { LaunchRequest, Run } from '../../run-model/index.ts'
import { type LauncherWorld, startLauncherWorld } from './launcher-world.ts'

let world: LauncherWorld
beforeAll(async () => {
  world = await startLauncherWorld()
})
afterAll(() => world.close())

const launched = async (request: LaunchRequest): Promise<readonly Run[]> => {
  const answer = await launch(world.ports, request)
  if (answer.kind === 'refused') throw new Error(answer.detail)
  return answer.runs
}
const planAt = (dagId: string, now: string) => {
  world.at(now)
  return launched({ kind: 'plan', dagId })
}
const runIds = async (dagId: string) =>
  (await world.store.listRuns({ dagId, order: 'oldest', limit: 100, offset: 0 })).items.map((run) => run.runId)
const states = async (dagId: string) =>
  (await world.store.listRuns({ dagId, order: 'oldest', limit: 100, offset: 0 })).items.map((run) => run.state)
const executionsOf = (dagId: string) => world.executions.all.filter((one) => one.arn.includes(`-${dagId}:`))
const daily = (day: string) => `scheduled__2026-03-${day}T00:00:00+00:00`

describe('a tick', () => {
  test('becomes one running run with one execution', async () => {
    await world.register('tick1')
    world.at('2026-03-02T00:00:10Z')
    const runs = await launched({ kind: 'tick', dagId: 'tick1', scheduledTime: '2026-03-02T00:00:00Z' })
    expect(runs).toMatchObject([
      {
        runId: daily('02'),
        state: 'running',
        runType: 'scheduled',
        triggeredBy: 'timetable',
        logicalDate: '2026-03-02T00:00:00.000Z',
        runAfter: '2026-03-02T00:00:00.000Z',
        startDate: '2026-03-02T00:00:10.000Z',
        dagVersion: 1,
        bundleVersion: 'commit1',
        planHash: 'plan00000001',
      },
    ])
    const [execution, ...more] = executionsOf('tick1')
    expect(more).toEqual([])
    expect(JSON.parse(execution!.input)).toEqual({ '^run': { dagId: 'tick1', runId: daily('02') } })
    expect(runs[0]).toMatchObject({ execution: { arn: execution!.arn, name: execution!.name, attempt: 1 } })
    expect(await world.store.getRun({ dagId: 'tick1', runId: daily('02') })).toEqual(runs[0])
  })

  test('becomes no run while schedules do not fire, and a run that somebody asked for starts all the same', async () => {
    await world.register('quiet')
    world.at('2026-03-02T00:00:10Z')
    const quiet = { ...world.ports, firesSchedules: false }
    const trigger = { kind: 'trigger', dagId: 'quiet', runId: 'asked', triggeredBy: 'cli' } as const
    expect(await launch(quiet, { kind: 'plan', dagId: 'quiet' })).toEqual({ kind: 'launched', runs: [] })
    expect(await launch(quiet, trigger)).toMatchObject({ runs: [{ runId: 'asked', state: 'running' }] })
    expect(await runIds('quiet')).toEqual(['asked'])
    expect(await launched({ kind: 'plan', dagId: 'quiet' })).toMatchObject([{ runId: daily('02') }])
  })

  test('delivered again, or late, launches nothing', async () => {
    await world.register('tick2')
    const tick = { kind: 'tick', dagId: 'tick2', scheduledTime: '2026-03-02T00:00:00Z' } as const
    world.at('2026-03-02T00:00:10Z')
    expect(await launched(tick)).toHaveLength(1)
    expect(await launched(tick)).toEqual([])
    await world.end('tick2', daily('02'))
    world.at('2026-03-02T13:00:00Z')
    expect(await launched(tick)).toEqual([])
    expect(await runIds('tick2')).toEqual([daily('02')])
  })

  test('delivered fifty times at once makes one run and one execution', async () => {
    await world.register('tick3')
    world.at('2026-03-02T00:00:10Z')
    const tick = { kind: 'tick', dagId: 'tick3', scheduledTime: '2026-03-02T00:00:00Z' } as const
    await Promise.all(Array.from({ length: 50 }, () => launched(tick)))
    expect(await runIds('tick3')).toEqual([daily('02')])
    expect(executionsOf('tick3')).toHaveLength(1)
    expect(await world.store.getLedger('tick3')).toMatchObject({ due: [], active: [{ started: true }] })
  })

  test('that arrives a moment early by this clock is not lost', async () => {
    await world.register('tick4')
    world.at('2026-03-01T23:59:59.990Z')
    const tick = { kind: 'tick', dagId: 'tick4', scheduledTime: '2026-03-02T00:00:00Z' } as const
    expect(await launched(tick)).toHaveLength(1)
  })

  test('of a DAG that nobody knows launches nothing', async () => {
    expect(await planAt('nobody', '2026-03-02T00:00:00Z')).toEqual([])
  })

  test('whose logical date a manual run has already makes no second run', async () => {
    await world.register('tick5')
    world.at('2026-03-01T12:00:00Z')
    const request = { kind: 'trigger', dagId: 'tick5', runId: 'mine', triggeredBy: 'cli' } as const
    await launched({ ...request, logicalDate: '2026-03-02T00:00:00Z' })
    expect(await planAt('tick5', '2026-03-02T00:01:00Z')).toEqual([])
    expect(await runIds('tick5')).toEqual(['mine'])
    expect(await world.store.getLedger('tick5')).toMatchObject({ due: [], lastTick: '2026-03-02T00:00:00.000Z' })
  })
})

describe('without catchup', () => {
  test('an outage of a week gives one run; the other ticks are dropped with the reason', async () => {
    await world.register('late1')
    await planAt('late1', '2026-03-02T00:01:00Z')
    await world.end('late1', daily('02'))
    await planAt('late1', '2026-03-07T12:00:00Z')
    expect(await runIds('late1')).toEqual([daily('02'), daily('07')])
    expect((await world.store.getLedger('late1')).dropped).toEqual(
      ['03', '04', '05', '06'].map((day) => ({ tick: `2026-03-${day}T00:00:00.000Z`, reason: 'superseded' })),
    )
  })

  test('an old start date gives at most one run at the first deploy', async () => {
    await world.register('late2', { schedule: { startDate: '2020-01-01T00:00:00Z' } })
    await planAt('late2', '2026-03-07T12:00:00Z')
    expect(await runIds('late2')).toEqual([daily('07')])
    expect((await world.store.getLedger('late2')).dropped).toHaveLength(50)
  })

  test('a DAG without start date waits for its first tick after registration', async () => {
    await world.register('late3', { createdAt: '2026-03-02T00:00:00.000Z' })
    expect(await planAt('late3', '2026-03-02T00:01:00Z')).toEqual([])
    expect(await planAt('late3', '2026-03-03T00:01:00Z')).toHaveLength(1)
  })

  test('a pause drops all but the latest tick, which runs after it', async () => {
    await world.register('late4')
    await planAt('late4', '2026-03-02T00:01:00Z')
    await world.store.setPaused('late4', true)
    expect(await planAt('late4', '2026-03-04T00:01:00Z')).toEqual([])
    await world.store.setPaused('late4', false)
    await planAt('late4', '2026-03-05T06:00:00Z')
    expect(await runIds('late4')).toEqual([daily('02'), daily('05')])
  })
})

describe('with catchup', () => {
  const catchup = { startDate: '2026-02-25T00:00:00Z', catchup: true }

  test('every tick since the start date runs, oldest first, within maxActiveRuns', async () => {
    await world.register('catch1', { schedule: catchup, options: { maxActiveRuns: 2 } })
    await planAt('catch1', '2026-02-28T06:00:00Z')
    expect(await states('catch1')).toEqual(['running', 'running'])
    for (let ended = 0; ended < 4; ended += 1) {
      const [running] = (await world.store.listOpenRuns('catch1')).filter((run) => run.state === 'running')
      await world.end('catch1', running!.runId)
      await planAt('catch1', '2026-02-28T06:00:00Z')
      expect((await states('catch1')).filter((state) => state === 'running').length).toBe(Math.min(2, 3 - ended))
    }
    const days = ['25', '26', '27', '28'].map((day) => `scheduled__2026-02-${day}T00:00:00+00:00`)
    expect(await runIds('catch1')).toEqual(days)
    expect(await states('catch1')).toEqual(['success', 'success', 'success', 'success'])
    expect((await world.store.getLedger('catch1')).dropped).toEqual([])
  })

  test('racing planners never exceed maxActiveRuns and start nothing twice', async () => {
    await world.register('catch2', { schedule: catchup, options: { maxActiveRuns: 3 } })
    world.at('2026-03-10T06:00:00Z')
    await Promise.all(Array.from({ length: 20 }, () => launched({ kind: 'plan', dagId: 'catch2' })))
    expect(await states('catch2')).toEqual(['running', 'running', 'running'])
    expect(executionsOf('catch2')).toHaveLength(3)
  })
})

describe('slots', () => {
  const trigger = (dagId: string, runId: string, runAfter?: string) =>
    launched({ kind: 'trigger', dagId, runId, triggeredBy: 'cli', ...(runAfter && { runAfter }) })

  test('a run above maxActiveRuns waits and starts when another one ends', async () => {
    await world.register('slot1', { options: { maxActiveRuns: 1 }, schedule: { expressions: null } })
    world.at('2026-03-01T06:00:00Z')
    expect(await trigger('slot1', 'a')).toMatchObject([{ state: 'running' }])
    expect(await trigger('slot1', 'b')).toMatchObject([{ state: 'queued' }])
    await world.end('slot1', 'a', 'failed')
    expect(await planAt('slot1', '2026-03-01T06:01:00Z')).toMatchObject([{ runId: 'b', state: 'running' }])
  })

  test('the run with the earliest run_after goes first', async () => {
    await world.register('slot2', { options: { maxActiveRuns: 1 }, schedule: { expressions: null } })
    world.at('2026-03-01T06:00:00Z')
    await trigger('slot2', 'busy')
    await trigger('slot2', 'later')
    await trigger('slot2', 'earlier', '2026-03-01T05:00:00Z')
    await world.end('slot2', 'busy')
    expect(await planAt('slot2', '2026-03-01T06:01:00Z')).toMatchObject([{ runId: 'earlier' }])
  })

  test('fifty runs triggered at once fill the slots exactly', async () => {
    await world.register('slot3', { options: { maxActiveRuns: 4 }, schedule: { expressions: null } })
    world.at('2026-03-01T06:00:00Z')
    await Promise.all(Array.from({ length: 50 }, (_, i) => trigger('slot3', `run-${i}`)))
    const all = await states('slot3')
    expect(all.filter((state) => state === 'running')).toHaveLength(4)
    expect(all).toHaveLength(50)
    expect(executionsOf('slot3')).toHaveLength(4)
    expect(world.warnings).toEqual([])
  })

  test('queued runs take the newest version, running ones keep theirs', async () => {
    const options = { maxActiveRuns: 1 }
    await world.register('slot4', { options, schedule: { expressions: null } })
    world.at('2026-03-01T06:00:00Z')
    await trigger('slot4', 'a')
    await trigger('slot4', 'b')
    await world.register('slot4', { version: 2, options, schedule: { expressions: null } })
    await world.end('slot4', 'a')
    await planAt('slot4', '2026-03-01T06:01:00Z')
    const versions = executionsOf('slot4').map((one) => one.stateMachineVersionArn.split(':').at(-1))
    expect(versions).toEqual(['1', '2'])
    expect(await world.store.getRun({ dagId: 'slot4', runId: 'b' })).toMatchObject({ dagVersion: 2 })
  })

  test('a run whose state machine is gone fails with that reason and frees its slot', async () => {
    await world.register('slot5', { options: { maxActiveRuns: 1 }, schedule: { expressions: null } })
    world.executions.missingMachines.add('arn:aws:states:us-east-1:000000000000:stateMachine:stepdag-dag-slot5:1')
    world.at('2026-03-01T06:00:00Z')
    expect(await trigger('slot5', 'a')).toMatchObject([{ state: 'failed', reason: 'state_machine_missing' }])
    world.executions.missingMachines.clear()
    expect(await trigger('slot5', 'b')).toMatchObject([{ state: 'running' }])
  })

  test('the ledger forgets runs that ended', async () => {
    await world.register('slot6', { schedule: { expressions: null } })
    world.at('2026-03-01T06:00:00Z')
    await trigger('slot6', 'a')
    await world.end('slot6', 'a')
    await planAt('slot6', '2026-03-01T06:01:00Z')
    expect((await world.store.getLedger('slot6')).active).toEqual([])
  })
})

describe('special schedules', () => {
  test('@once runs once, at its start date or first activation', async () => {
    await world.register('once1', { schedule: { expressions: '@once' } })
    expect(await planAt('once1', '2026-03-05T00:00:00Z')).toMatchObject([{ runAfter: '2026-03-01T00:00:00.000Z' }])
    await world.end('once1', daily('01'))
    expect(await planAt('once1', '2026-03-06T00:00:00Z')).toEqual([])
    await world.register('once2', { schedule: { expressions: '@once', startDate: '2026-03-04T00:00:00Z' } })
    expect(await planAt('once2', '2026-03-03T00:00:00Z')).toEqual([])
    expect(await planAt('once2', '2026-03-04T00:00:00Z')).toHaveLength(1)
  })

  test('@continuous starts the next run when the last one has ended', async () => {
    await world.register('cont1', { schedule: { expressions: '@continuous' }, options: { maxActiveRuns: 1 } })
    const [first] = await planAt('cont1', '2026-03-02T00:00:00Z')
    expect(await planAt('cont1', '2026-03-02T00:05:00Z')).toEqual([])
    await world.end('cont1', first!.runId)
    const [second] = await planAt('cont1', '2026-03-02T00:10:00Z')
    expect(second).toMatchObject({ state: 'running', runAfter: '2026-03-02T00:10:00.000Z' })
  })

  test('an interval timetable names the run after its tick and covers the time before', async () => {
    await world.register('int1', { schedule: { timetable: 'interval' } })
    expect(await planAt('int1', '2026-03-02T00:01:00Z')).toMatchObject([
      {
        runId: daily('02'),
        logicalDate: '2026-03-01T00:00:00.000Z',
        dataInterval: { start: '2026-03-01T00:00:00.000Z', end: '2026-03-02T00:00:00.000Z' },
      },
    ])
  })

  test('a removed DAG starts nothing', async () => {
    await world.register('gone1')
    await world.store.setStale('gone1')
    expect(await planAt('gone1', '2026-03-05T00:00:00Z')).toEqual([])
  })
})
