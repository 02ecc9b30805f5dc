/** The error by which a call says: not now. Its retrier in the state machine asks again, without compute in between. */
import { errorNames } from '../../run-model/index.ts'
import type { WriteLog } from './ports.ts'

/** Another invocation holds the try, or the platform is not well. */
export class TaskBusy extends Error {
  override readonly name = errorNames.taskBusy
}

/** A living invocation has the try: it speaks for the task, to whichever token it was given. */
export class TryTaken extends TaskBusy {}

/** What store, arrival and launcher throw when a service cannot be reached. By name, as errors are recognised everywhere. */
const platformFaults = new Set(['StoreError', 'StepFunctionsError', 'LambdaError', 'LauncherError'])

export const isPlatformFault = (error: unknown): error is Error =>
  error instanceof Error && platformFaults.has(error.name)

/**
 * For everything around the author's code: a fault of the platform is not the task's failure and must not use up its
 * retries, so it becomes "ask again later".
 *
 * @throws TaskBusy for a fault of the platform; anything else as it is.
 */
export async function orAskAgain<T>(log: WriteLog, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isPlatformFault(error)) throw error
    log('error', 'platform fault', { error })
    throw new TaskBusy(`The platform is not well, the call is repeated: ${error.message}`, { cause: error })
  }
}
