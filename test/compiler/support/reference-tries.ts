/** How long a task instance of the reference works, and how it ends (semantics.md §11): tries, delays, pokes. */
import type { TaskDefinition, TaskSpecValue } from '../../../dag-compiler/index.ts'
import type { Instance, Status } from './reference.ts'
import type { Behaviour } from './scenario.ts'

type Work = Pick<Behaviour, 'outcomes' | 'seconds'>

/** A sensor that is not ready is poked again, in the same try, until its time is over. */
export function runTask({ spec, options }: TaskDefinition, work: Work | undefined, start: number): Instance {
  const { outcomes, seconds } = work ?? { outcomes: [], seconds: 1 }
  const sensor = options?.kind === 'sensor' ? options : null
  let [now, tries] = [start, 1]
  for (let call = 0; ; call++) {
    now += seconds
    const outcome = outcomes[call] ?? 'success'
    const ended = { tries, startSeconds: start, endSeconds: now }
    if (outcome === 'success' || outcome === 'skipped') return { status: outcome as Status, ...ended }
    if (outcome === 'notReady') {
      const { pokeInterval, timeout, softFail } = sensor!
      if (now - start > timeout) return { status: softFail ? 'skipped' : 'failed', ...ended }
      now += pokeInterval
      continue
    }
    if (outcome === 'FailTask' || tries > spec.retries) return { status: 'failed', ...ended }
    now += delayBefore(spec, tries)
    tries += 1
  }
}

/** Delay before retry k is `retryDelay × m^(k−1)`, at most `maxRetryDelay`; 0 keeps it constant. */
function delayBefore(spec: TaskSpecValue, retry: number): number {
  const multiplier = spec.retryExponentialBackoff === 0 ? 1 : spec.retryExponentialBackoff
  return Math.min(spec.retryDelay * multiplier ** (retry - 1), spec.maxRetryDelay)
}
