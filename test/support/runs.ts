/** Records for tests: fixed instants, every field set, each part replaceable. */
import type {
  DagManifest,
  DagRecord,
  DagVersion,
  FailedRun,
  QueuedRun,
  RunningRun,
  SucceededRun,
  TaskInstance,
} from '../../run-model/index.ts'

export const instant = '2026-03-01T00:00:00.000Z'
export const later = (seconds: number, from = instant) => new Date(Date.parse(from) + seconds * 1000).toISOString()

export function queuedRun(part: Partial<QueuedRun> = {}): QueuedRun {
  return {
    dagId: 'sales',
    runId: 'scheduled__2026-03-01T00:00:00+00:00',
    state: 'queued',
    runType: 'scheduled',
    triggeredBy: 'timetable',
    runAfter: instant,
    logicalDate: instant,
    dataInterval: { start: instant, end: instant },
    conf: {},
    note: null,
    queuedAt: instant,
    ...part,
  }
}

export function runningRun(queued: QueuedRun = queuedRun(), part: Partial<RunningRun> = {}): RunningRun {
  const name = `${queued.dagId}-execution-1`
  return {
    ...queued,
    state: 'running',
    startDate: later(1),
    dagVersion: 1,
    bundleVersion: null,
    planHash: 'plan00000001',
    execution: { arn: `arn:aws:states:us-east-1:000000000000:execution:dag:${name}`, name, attempt: 1 },
    ...part,
  }
}

export function succeededRun(running: RunningRun = runningRun()): SucceededRun {
  return { ...running, state: 'success', endDate: later(9) }
}

export function failedRun(running: RunningRun = runningRun(), reason = 'leaf failed'): FailedRun {
  return { ...running, state: 'failed', endDate: later(9), reason }
}

export function taskInstance(part: Partial<TaskInstance> = {}): TaskInstance {
  const { dagId, runId } = queuedRun()
  return {
    dagId,
    runId,
    taskId: 'extract',
    mapIndex: -1,
    state: 'running',
    tryNumber: 1,
    maxTries: 1,
    operator: 'task',
    startDate: later(2),
    endDate: null,
    duration: null,
    error: null,
    dagVersion: 1,
    tries: [],
    lease: null,
    ...part,
  }
}

/** extract → load, and the N-free wiring that belongs to it. */
export function manifest(part: Partial<DagManifest> = {}): DagManifest {
  const task = { operator: 'task', triggerRule: 'all_success', retries: 0, executionTimeout: null } as const
  const shown = {
    ...task,
    retryDelay: 300,
    retryExponentialBackoff: 0,
    maxRetryDelay: 86_400,
    owner: 'airflow',
    docMd: null,
    pool: 'default_pool',
    poolSlots: 1,
    priorityWeight: 1,
    weightRule: 'downstream',
    queue: 'default',
    recorded: {},
  }
  const wired = { ...task, feeds: [], doXcomPush: true }
  return {
    dagId: 'sales',
    file: 'dags/sales.ts',
    source: 'export {}',
    codeHash: 'c0de',
    bundleVersion: 'commit1',
    schedule: {
      expressions: ['0 0 * * *'],
      timezone: 'UTC',
      timetable: 'trigger',
      startDate: null,
      endDate: null,
      catchup: false,
    },
    options: {
      description: null,
      docMd: null,
      dagDisplayName: null,
      tags: [],
      owners: ['airflow'],
      maxActiveRuns: 16,
      isPausedUponCreation: false,
      dagrunTimeout: null,
      recorded: {},
    },
    tasks: [
      { ...shown, taskId: 'extract', key: 'extract', upstreams: [], downstreams: ['load'] },
      { ...shown, taskId: 'load', key: 'load', upstreams: ['extract'], downstreams: [] },
    ],
    edges: [['extract', 'load']],
    wiring: {
      hash: 'plan00000001',
      dagId: 'sales',
      tasks: {
        extract: { ...wired, taskId: 'extract', upstreams: [] },
        load: { ...wired, taskId: 'load', upstreams: ['extract'] },
      },
      gates: {},
      leaves: ['load'],
    },
    ...part,
  }
}

export function dagRecord(part: Partial<DagRecord> = {}): DagRecord {
  const { dagId, file, schedule, options } = manifest()
  return {
    dagId,
    file,
    schedule,
    options,
    isPaused: false,
    isStale: false,
    version: 1,
    registeredAt: instant,
    createdAt: instant,
    ...part,
  }
}

export function dagVersion(part: Partial<DagVersion> = {}): DagVersion {
  return {
    dagId: 'sales',
    version: 1,
    digest: 'digest1',
    planHash: 'plan00000001',
    bundleVersion: 'commit1',
    stateMachineVersionArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:stepdag-dag-sales:1',
    manifestKey: 'manifests/sales/plan00000001-digest1.json',
    createdAt: instant,
    ...part,
  }
}
