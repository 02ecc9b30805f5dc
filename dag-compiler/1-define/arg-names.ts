/** `withArgNames` of Airflow's TypeScript SDK: other names for a handler's arguments at the call of its factory. */
import type { TaskFunction } from './task-factory.ts'

/** Handler's own name → the name the call uses. */
export type ArgNameMap<TArgs> = { readonly [K in keyof TArgs]?: string }

/**
 * @example dag.task('report', withArgNames({ label: 'run_label' }, async ({ label }: { label: string }) => label))
 */
export function withArgNames<TArgs extends object, TReturn>(
  names: ArgNameMap<NoInfer<TArgs>>,
  handler: TaskFunction<TArgs, TReturn>,
): TaskFunction<TArgs, TReturn> {
  const own = new Map(Object.entries(names).map(([name, called]) => [called, name]))
  return (args) => {
    const renamed = Object.entries(args).map(([called, value]) => [own.get(called) ?? called, value])
    // The entries are those of `args` under the names that `handler` declares.
    return handler(Object.fromEntries(renamed) as TArgs)
  }
}
