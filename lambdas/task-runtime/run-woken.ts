/**
 * A call that no state machine made: its gate has opened, and what a machine would have seen of the invocation goes to the
 * token instead. Invariant: while its state waits, the token hears of every end but one, that of a call which found the
 * try in a living invocation's hands.
 */
import type { TaskAnswer, TaskWaits } from '../../run-model/index.ts'
import { longestCause } from '../arrival/index.ts'
import type { TaskPorts } from './ports.ts'
import { orAskAgain, TryTaken } from './task-busy.ts'
import { toError } from './task-error.ts'

type WokenPorts = Pick<TaskPorts, 'heartbeat' | 'releaseToken' | 'log'>

/**
 * @param run answers the token itself when it ends well.
 * @throws what `run` threw when the token could not be told: then Lambda's failure destination says it (`lambdas/reconciler`).
 */
export async function runWoken(
  ports: WokenPorts,
  token: string,
  run: () => Promise<TaskAnswer | TaskWaits>,
): Promise<TaskWaits> {
  try {
    // Otherwise the execution is over, or its state has called anew: nothing begins in this one's name.
    const isAwaited = await orAskAgain(ports.log, () => ports.heartbeat(token))
    if (isAwaited) await run()
  } catch (thrown) {
    // A word of ours would end the state while the task runs. When the holder dies without one, the gate is armed anew.
    if (!(thrown instanceof TryTaken)) await fail(ports, token, toError(thrown))
  }
  return { waits: true }
}

async function fail(ports: WokenPorts, token: string, error: Error): Promise<void> {
  try {
    await ports.releaseToken(token, { error: error.name, cause: causeOf(error) })
  } catch (unsent) {
    ports.log('error', 'task end not told', { error: unsent })
    throw error
  }
}

/** As Lambda's Node runtime reports an error that a handler threw; without the stack where that is too long. */
function causeOf({ name, message, stack = '' }: Error): string {
  const cause = { errorType: name, errorMessage: message, trace: stack.split('\n') }
  const text = JSON.stringify(cause)
  if (text.length <= longestCause) return text
  return JSON.stringify({ ...cause, errorMessage: message.slice(0, longestCause / 4), trace: [] })
}
