/**
 * Lambda's concurrency, kept small: one invocation per worker at a time, warm workers reused, at most `maxWorkers`
 * threads, and a queue in order of arrival for what comes beyond.
 */
import type { FunctionVersion } from './function-version.ts'
import type { FunctionError, FunctionWorker, Invocation, InvocationResult } from './function-worker.ts'

export interface WorkerPool {
  /** Never rejects. */
  run(version: FunctionVersion, invocation: Invocation): Promise<InvocationResult>
  /** Ends idle workers that fail the test: those of superseded versions. */
  endIdle(keep: (version: FunctionVersion) => boolean): void
  /** Invocations that wait or run. */
  load(): number
  /** Ends every worker; what waits or runs is answered with an infrastructure error. */
  close(): Promise<void>
}

interface Waiting {
  readonly version: FunctionVersion
  readonly invocation: Invocation
  readonly resolve: (result: InvocationResult) => void
}

export interface WorkerPoolOptions {
  readonly maxWorkers: number
  readonly start: (version: FunctionVersion) => FunctionWorker
  /** Asked when a worker becomes free: may it be kept warm? */
  readonly keepWarm: (version: FunctionVersion) => boolean
}

export function createWorkerPool({ maxWorkers, start, keepWarm }: WorkerPoolOptions): WorkerPool {
  const idle: FunctionWorker[] = []
  const busy = new Set<FunctionWorker>()
  const queue: Waiting[] = []
  const life = { closed: false }

  /** A warm worker, a new one, or null when every thread is busy. */
  const acquire = (version: FunctionVersion): FunctionWorker | null => {
    const warm = idle.findLastIndex((worker) => worker.version === version)
    if (warm >= 0) return idle.splice(warm, 1)[0] ?? null
    if (busy.size + idle.length >= maxWorkers) {
      const leastRecent = idle.shift()
      if (!leastRecent) return null
      void leastRecent.terminate()
    }
    return start(version)
  }
  const release = (worker: FunctionWorker) => {
    busy.delete(worker)
    if (!worker.isAlive()) return
    if (keepWarm(worker.version)) idle.push(worker)
    else void worker.terminate()
  }
  const startWaiting = () => {
    while (!life.closed) {
      const next = queue[0]
      const worker = next && acquire(next.version)
      if (!next || !worker) return
      queue.shift()
      void serve(worker, next)
    }
  }
  const serve = async (worker: FunctionWorker, { invocation, resolve }: Waiting) => {
    busy.add(worker)
    const result = await worker.invoke(invocation)
    release(worker)
    resolve(life.closed && !result.ok ? { ok: false, error: closing } : result)
    startWaiting()
  }

  return {
    run: (version, invocation) =>
      new Promise((resolve) => {
        if (life.closed) return resolve({ ok: false, error: closing })
        queue.push({ version, invocation, resolve })
        startWaiting()
      }),
    endIdle(keep) {
      for (const worker of idle.filter(({ version }) => !keep(version))) {
        idle.splice(idle.indexOf(worker), 1)
        void worker.terminate()
      }
    },
    load: () => busy.size + queue.length,
    async close() {
      life.closed = true
      for (const waiting of queue.splice(0)) waiting.resolve({ ok: false, error: closing })
      await Promise.all([...idle.splice(0), ...busy].map((worker) => worker.terminate()))
    },
  }
}

/** Step Functions retries this name as an infrastructure failure. */
const closing: FunctionError = { errorType: 'Lambda.SdkClientException', errorMessage: 'The local world is closing.' }
