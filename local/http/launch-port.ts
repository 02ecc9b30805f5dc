/** The API's way to the launcher: the same Lambda that schedules wake, called directly. */
import type { LaunchAnswer, LaunchRequest } from '../../run-model/index.ts'
import type { LambdaOutcome } from '../step-functions/port.ts'

export interface LaunchPortOptions {
  /** Calls the launcher with a JSON event. */
  readonly invoke: (payload: string) => Promise<LambdaOutcome>
  readonly now: () => number
  /** A run that waits for its time. */
  readonly onQueued: (run: { readonly dagId: string; readonly runAfter: string }) => void
}

/** Rejects when the launcher fails; a refusal is an answer. */
export function launchPort(options: LaunchPortOptions): (request: LaunchRequest) => Promise<LaunchAnswer> {
  return async (request) => {
    const outcome = await options.invoke(JSON.stringify(request))
    if (!outcome.ok) throw new Error(`the launcher failed with ${outcome.error}: ${outcome.cause}`)
    // The launcher of this world wrote it: both read and write `LaunchAnswer`.
    const answer = JSON.parse(outcome.payload) as LaunchAnswer
    for (const run of answer.kind === 'launched' ? answer.runs : []) {
      if (run.state === 'queued' && Date.parse(run.runAfter) > options.now()) options.onQueued(run)
    }
    return answer
  }
}
