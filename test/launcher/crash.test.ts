import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from '../../lambdas/launcher/launch.ts'
import type { LauncherPorts } from '../../lambdas/launcher/ports.ts'
import type { LaunchRequest } from '../../run-model/index.ts'
import { Crash, type CrashPoint, crashing } from '../support/crashes.ts'
import { type LauncherWorld, startLauncherWorld } from './launcher-world.ts'

let world: LauncherWorld
beforeAll(async () => {
  world = await startLauncherWorld()
})
afterAll(() => world.close())

const writes = ['putLedger', 'createRun', 'startRun', 'finishRun'] as const

function dyingPorts(at: CrashPoint): LauncherPorts {
  const counter = { calls: 0 }
  return {
    ...world.ports,
    store: crashing(world.store, writes, { counter, at }),
    executions: crashing(world.executions, ['start'], { counter, at }),
  }
}

/** Answers whether the launcher died. A trigger that dies after its run exists only warns. */
async function dies(ports: LauncherPorts, request: LaunchRequest): Promise<boolean> {
  const before = world.warnings.length
  try {
    await launch(ports, request)
    return world.warnings.length > before
  } catch (error) {
    if (error instanceof Crash) return true
    throw error
  }
}

/** Kills the launcher at its first, second, … write or start, before and after it took effect, until it survives. */
async function killEverywhere(
  name: string,
  check: (dagId: string, request: LaunchRequest) => Promise<void>,
): Promise<number> {
  let deaths = 0
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; ; call += 1) {
      const dagId = `${name}-${when}-${call}`
      await world.register(dagId, { options: { maxActiveRuns: 1 }, createdAt: '2026-03-01T00:00:00.000Z' })
      world.at('2026-03-02T00:00:10Z')
      const request = { kind: 'tick', dagId, scheduledTime: '2026-03-02T00:00:00Z' } as const
      if (!(await dies(dyingPorts({ call, when }), request))) break
      deaths += 1
      await check(dagId, request)
    }
  }
  return deaths
}

const runId = 'scheduled__2026-03-02T00:00:00+00:00'

test('a launcher that dies at any write is made good by the repeated tick', async () => {
  const deaths = await killEverywhere('repeat', async (dagId, request) => {
    await launch(world.ports, request)
    const { items } = await world.store.listRuns({ dagId, limit: 9, offset: 0 })
    expect(items.map((run) => [dagId, run.runId, run.state])).toEqual([[dagId, runId, 'running']])
    expect(world.executions.all.filter((one) => one.arn.includes(`-${dagId}:`))).toHaveLength(1)
    expect(await world.store.getLedger(dagId)).toMatchObject({ due: [], active: [{ runId, started: true }] })
  })
  // Ledger, run, ledger, record, start, ledger: six writes, each killed before and after.
  expect(deaths).toBe(12)
})

test('a plan after the next tick is due keeps the run that was decided before the death', async () => {
  await killEverywhere('later', async (dagId) => {
    const decided = (await world.store.getLedger(dagId)).lastTick !== null
    world.at('2026-03-03T00:00:10Z')
    await launch(world.ports, { kind: 'plan', dagId })
    await world.end(dagId, decided ? runId : 'scheduled__2026-03-03T00:00:00+00:00')
    await launch(world.ports, { kind: 'plan', dagId })
    const { items } = await world.store.listRuns({ dagId, order: 'oldest', limit: 9, offset: 0 })
    const expected = decided
      ? [
          [runId, 'success'],
          ['scheduled__2026-03-03T00:00:00+00:00', 'running'],
        ]
      : []
    if (decided) expect(items.map((run) => [run.runId, run.state])).toEqual(expected)
    const { dropped } = await world.store.getLedger(dagId)
    const accounted = [...items.map((run) => run.runAfter), ...dropped.map((drop) => drop.tick)].sort()
    expect(accounted).toEqual(['2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z'])
  })
})

test('a redeploy between slot and start does not change the version of the run', async () => {
  await killEverywhere('redeploy', async (dagId) => {
    const granted = (await world.store.getLedger(dagId)).active.length > 0
    await world.register(dagId, { version: 2, options: { maxActiveRuns: 1 } })
    await launch(world.ports, { kind: 'plan', dagId })
    expect(await world.store.getRun({ dagId, runId })).toMatchObject({ state: 'running', dagVersion: granted ? 1 : 2 })
    expect(world.executions.all.filter((one) => one.arn.includes(`-${dagId}:`))).toHaveLength(1)
  })
})

test('a trigger that dies after its run exists still answers, and the run starts later', async () => {
  for (let call = 2; call <= 5; call += 1) {
    const dagId = `trigger-${call}`
    await world.register(dagId, { schedule: { expressions: null } })
    const request = { kind: 'trigger', dagId, runId: 'mine', triggeredBy: 'cli' } as const
    expect(await launch(dyingPorts({ call, when: 'before' }), request)).toMatchObject({ kind: 'launched' })
    await launch(world.ports, { kind: 'plan', dagId })
    expect(await world.store.getRun({ dagId, runId: 'mine' })).toMatchObject({ state: 'running' })
    expect(world.executions.all.filter((one) => one.arn.includes(`-${dagId}:`))).toHaveLength(1)
  }
})
