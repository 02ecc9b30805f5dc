/** Types of what `dag.task` takes and returns: handlers, and the factories whose call places a task, mapped or not. */
import type { ArgList, TaskInput, TaskInputs } from './inputs.ts'
import type { TaskRef } from './ref.ts'

/** Work of a task: at most one argument, an object; what it returns (awaited) is stored and passed on. */
export type TaskFunction<TArgs = never, TReturn = unknown> = (args: TArgs) => TReturn | Promise<TReturn>

/** A handler without arguments. */
export type NoArgs = Record<never, never>

type FactoryArguments<TArgs> = keyof TArgs extends never
  ? []
  : NoArgs extends TArgs
    ? [inputs?: TaskInputs<TArgs> | ArgList<readonly TaskInput<TArgs[keyof TArgs]>[]>]
    : [inputs: TaskInputs<TArgs> | ArgList<readonly TaskInput<TArgs[keyof TArgs]>[]>]

/** One array per argument: a literal, or a reference to one. */
export type MappedInputs<TArgs> = { readonly [K in keyof TArgs]: TaskInput<readonly NonNullable<TArgs[K]>[]> }

/** Places its task when called, or by one of its methods; that must happen exactly once while the file loads. */
export interface TaskFactory<TArgs = NoArgs, TReturn = unknown> {
  (...inputs: FactoryArguments<TArgs>): TaskRef<TReturn>
  /**
   * One instance per combination of elements, the first key slowest; an empty array skips the task. Its reference provides
   * the array of what the instances returned, in order.
   *
   * @example const sizes = copy.expand({ name: list() })   // copy: async ({ name }: { name: string }) => …
   */
  expand(over: MappedInputs<TArgs>): TaskRef<TReturn[]>
  /** One instance per element of one array of input objects. */
  expandKwargs(list: TaskInput<readonly TArgs[]>): TaskRef<TReturn[]>
  /** Fixes inputs that are the same for every instance; `expand` or `expandKwargs` gives the others. */
  partial<TKeys extends keyof TArgs>(
    fixed: { readonly [K in TKeys]: TaskInput<TArgs[K]> },
  ): PartialFactory<Omit<TArgs, TKeys>, TReturn>
}

/** A task some of whose inputs are fixed. */
export interface PartialFactory<TArgs, TReturn> {
  expand(over: MappedInputs<TArgs>): TaskRef<TReturn[]>
  expandKwargs(list: TaskInput<readonly TArgs[]>): TaskRef<TReturn[]>
}
