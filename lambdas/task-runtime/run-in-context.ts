/** Makes `getContext()` and `getClient()` answer inside a handler, across every `await`, for this call only. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { provideContext, type TaskClient, type TaskContext } from '../../dag-compiler/define.ts'

interface HandlerContext {
  readonly context: TaskContext
  readonly client: TaskClient
}

const contexts = new AsyncLocalStorage<HandlerContext>()

/** Providing the same storage again changes nothing. */
export function runInContext<T>(context: HandlerContext, work: () => T): T {
  provideContext(contexts)
  return contexts.run(context, work)
}
