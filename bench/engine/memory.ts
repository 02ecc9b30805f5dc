/** Many executions in one engine, logs on disk → heap after garbage collection at several points: closed ones leave memory. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMachine, openEngine } from './transitions.ts'

export interface MemoryPoint {
  readonly executions: number
  readonly heapMiB: number
  readonly rssMiB: number
}

/** @param points how many executions have ended when it is looked, ascending */
export async function measureMemory(points: readonly number[]): Promise<readonly MemoryPoint[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stepdag-bench-'))
  const engine = openEngine(dataDir)
  const collect = garbageCollector()
  try {
    const noop = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'noop' },
      End: true,
    }
    const stateMachineArn = await createMachine(engine, 'noop', { T: noop })
    const measured: MemoryPoint[] = []
    let started = 0
    for (const point of points) {
      while (started < point) {
        const batch = Math.min(batchSize, point - started)
        for (let n = 0; n < batch; n++) await engine.call('StartExecution', { stateMachineArn })
        started += batch
        await engine.ended(started)
      }
      await engine.atRest()
      collect()
      const { heapUsed, rss } = process.memoryUsage()
      measured.push({ executions: point, heapMiB: heapUsed / 2 ** 20, rssMiB: rss / 2 ** 20 })
    }
    return measured
  } finally {
    engine.close()
    rmSync(dataDir, { recursive: true })
  }
}

/** Open at a time. */
const batchSize = 500

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void // what the flag exposes
}
