/**
 * A bundled DAG file → what its two loads gave. The file runs in a worker thread, so that one that hangs, exits or throws
 * later than it should ends there and nowhere else. Always answers within the time limit.
 */
import { Worker } from 'node:worker_threads'
import type { DagDefinition } from '../../dag-compiler/index.ts'

export type LoadOutcome =
  | { readonly kind: 'loaded'; readonly first: readonly DagDefinition[]; readonly second: readonly DagDefinition[] }
  | ThrownOutcome
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'timed-out'; readonly timeoutMs: number }

export interface ThrownOutcome {
  readonly kind: 'threw'
  readonly name: string
  readonly message: string
  readonly stack: string
  /** From an AuthoringError. */
  readonly why?: string
  readonly fix?: string
}

/** Enough for a large file on a slow machine; a file that needs longer does more than declare DAGs. */
export const defaultLoadTimeoutMs = 20_000

export function runLoadWorker(url: string, timeoutMs: number): Promise<LoadOutcome> {
  // No inherited Node flags: a loader of the parent process has no business in the author's file.
  const options = { workerData: { url }, execArgv: [], stdout: true, stderr: true }
  const worker = new Worker(new URL('./load-worker.mjs', import.meta.url), options)
  // What the file prints is dropped: it would mix with a command's own output.
  worker.stdout.resume()
  worker.stderr.resume()
  const outcome = new Promise<LoadOutcome>((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'timed-out', timeoutMs }), timeoutMs)
    const settle = (found: LoadOutcome) => {
      clearTimeout(timer)
      resolve(found)
    }
    worker.once('message', settle)
    worker.once('error', (error) => settle(thrown(error)))
    worker.once('exit', (exitCode) => settle({ kind: 'exited', exitCode }))
  })
  return outcome.finally(() => worker.terminate())
}

/** An error that nobody caught, such as a rejected promise. What is thrown need not be an Error. */
function thrown(error: unknown): ThrownOutcome {
  if (!(error instanceof Error)) return { kind: 'threw', name: 'Error', message: String(error), stack: '' }
  const { name, message, stack = '' } = error
  return { kind: 'threw', name, message, stack }
}
