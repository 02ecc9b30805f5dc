/**
 * Asynchronous invocations: at least once, in the background, and repeated twice after a failure, as Lambda does with
 * events. Lambda waits one and two minutes between tries; here seconds, so that a laptop heals quickly.
 */
import type { Clock } from '../clock.ts'
import type { LambdaOutcome } from '../step-functions/port.ts'

export interface AsynchronousInvoker {
  /** Returns at once. */
  invokeLater(functionName: string, payload: string): void
  /** Drops what waits for a retry: the periodic sweep does the same work after the next start. */
  close(): void
}

export interface AsynchronousInvokerOptions {
  readonly clock: Clock
  readonly invoke: (functionName: string, payload: string) => Promise<LambdaOutcome>
  /** An event whose every try failed. */
  readonly onGivenUp: (functionName: string, outcome: LambdaOutcome & { readonly ok: false }) => void
}

const retryDelaysMs = [1_000, 5_000]

export function createAsynchronousInvoker(options: AsynchronousInvokerOptions): AsynchronousInvoker {
  const cancels = new Set<() => void>()
  const life = { closed: false }
  const attempt = async (functionName: string, payload: string, failures: number): Promise<void> => {
    if (life.closed) return
    const outcome = await options.invoke(functionName, payload)
    if (outcome.ok || life.closed) return
    const delayMs = retryDelaysMs[failures]
    if (delayMs === undefined) return options.onGivenUp(functionName, outcome)
    const cancel = options.clock.alarm(options.clock.now() + delayMs, () => {
      cancels.delete(cancel)
      void attempt(functionName, payload, failures + 1)
    })
    cancels.add(cancel)
  }
  return {
    invokeLater: (functionName, payload) => void attempt(functionName, payload, 0),
    close() {
      life.closed = true
      for (const cancel of cancels) cancel()
      cancels.clear()
    },
  }
}
