/** The error by which a call says: not now. Its retrier in the state machine asks again, without compute in between. */
import { errorNames } from '../../run-model/index.ts'

/** Another invocation holds the try, or will soon. */
export class TaskBusy extends Error {
  override readonly name = errorNames.taskBusy
}
