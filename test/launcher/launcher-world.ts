/** A launcher on a real run table with a fake Step Functions and a clock that tests set. */
import { createHash } from 'node:crypto'
import type { LauncherPorts } from '../../lambdas/launcher/ports.ts'
import { createRunStore } from '../../lambdas/store/index.ts'
import type { DagOptions, RunStore, ScheduleSpec } from '../../run-model/index.ts'
import { startDynalite } from '../support/dynalite.ts'
import { type FakeExecutions, fakeExecutions } from '../support/executions.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { dagRecord, dagVersion, failedRun, manifest, succeededRun } from '../support/runs.ts'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export interface LauncherWorld {
  readonly store: RunStore
  readonly executions: FakeExecutions
  readonly ports: LauncherPorts
  readonly warnings: string[]
  /** Sets the clock, RFC 3339. */
  at(now: string): void
  register(dagId: string, part?: DagPart): Promise<void>
  /** Ends a running run as the finalizer would. */
  end(dagId: string, runId: string, state?: 'success' | 'failed'): Promise<void>
  close(): Promise<void>
}

export interface DagPart {
  readonly version?: number
  readonly schedule?: Partial<ScheduleSpec>
  readonly options?: Partial<DagOptions>
  readonly isPaused?: boolean
  readonly createdAt?: string
}

export async function startLauncherWorld(): Promise<LauncherWorld> {
  const dynalite = await startDynalite()
  const store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects: memoryObjects() })
  const executions = fakeExecutions()
  const warnings: string[] = []
  const clock = { nowMs: Date.parse('2026-03-01T00:00:00Z') }
  const suffixes = numbers()
  return {
    store,
    executions,
    warnings,
    ports: {
      store,
      executions,
      now: () => clock.nowMs,
      firesSchedules: true,
      randomSuffix: () => `suffix${String(suffixes.next().value).padStart(2, '0')}`,
      warn: (what) => warnings.push(what),
      sha256,
    },
    at(now) {
      clock.nowMs = Date.parse(now)
    },
    async register(dagId, part = {}) {
      const { version = 1 } = part
      const schedule = { ...manifest().schedule, ...part.schedule }
      const options = { ...manifest().options, ...part.options }
      const text = manifest({ dagId, schedule, options, codeHash: `code${version}` })
      const dag = { dagId, schedule, options, version, isPaused: part.isPaused ?? false }
      await store.putDagVersion(
        dagRecord({ ...dag, ...(part.createdAt && { createdAt: part.createdAt }) }),
        dagVersion({
          dagId,
          version,
          digest: `digest${version}`,
          planHash: text.wiring.hash,
          stateMachineVersionArn: `arn:aws:states:us-east-1:000000000000:stateMachine:stepdag-dag-${dagId}:${version}`,
          manifestKey: `manifests/${dagId}/${version}.json`,
        }),
        text,
      )
    },
    async end(dagId, runId, state = 'success') {
      const run = await store.getRun({ dagId, runId })
      if (run?.state !== 'running') throw new Error(`run ${runId} is ${run?.state}`)
      await store.finishRun(state === 'success' ? succeededRun(run) : failedRun(run))
      const execution = executions.all.find((one) => one.name === run.execution.name)
      if (execution) execution.status = state === 'success' ? 'SUCCEEDED' : 'FAILED'
    },
    close: dynalite.close,
  }
}

function* numbers(): Generator<number, never> {
  for (let number = 1; ; number += 1) yield number
}
