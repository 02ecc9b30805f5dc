/** Executions that wait for an hour → CPU time of a few seconds in which nothing is due, beside the same without them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createMachine, openEngine } from './transitions.ts'

export interface WaitRound {
  readonly waiting: number
  readonly seconds: number
  readonly cpuMs: number
  readonly cpuMsWithout: number
}

export async function measureWaits(waiting: number, seconds: number): Promise<WaitRound> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stepdag-bench-'))
  const engine = openEngine(dataDir)
  try {
    const stateMachineArn = await createMachine(engine, 'wait', { W: { Type: 'Wait', Seconds: 3600, End: true } })
    await cpuOf(1) // the compiler's and the collector's work on what came before
    const cpuMsWithout = await cpuOf(seconds)
    for (let n = 0; n < waiting; n++) await engine.call('StartExecution', { stateMachineArn })
    await engine.atRest()
    await cpuOf(1)
    return { waiting, seconds, cpuMs: await cpuOf(seconds), cpuMsWithout }
  } finally {
    engine.close()
    rmSync(dataDir, { recursive: true })
  }
}

async function cpuOf(seconds: number): Promise<number> {
  const before = process.cpuUsage()
  await pause(seconds * 1000)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
