/**
 * What a DAG and its groups share: declaring tasks, operators and inner groups. Ids get the group's id in front, options
 * its defaults behind.
 */

import { type Declarations, refuseWhenRead, type Scope } from './declarations.ts'
import { describe } from './describe.ts'
import { AuthoringError } from './errors.ts'
import { type GroupOptions, readGroupOptions } from './group-options.ts'
import type { CollectedRef, ElementRef, Provides } from './inputs.ts'
import { carrier } from './inputs.ts'
import { empty } from './operators/empty.ts'
import { latestOnly } from './operators/latest-only.ts'
import type { Operator } from './operators/operator.ts'
import { type TriggerDagRunOptions, triggerDagRun } from './operators/trigger-dag-run.ts'
import { declareFactory, placeOperator } from './place-task.ts'
import { readExpand } from './read-mapping.ts'
import { type End, endId, owner, type RefOwner, type TaskRef } from './ref.ts'
import type { MappedInputs, NoArgs, TaskFactory, TaskFunction } from './task-factory.ts'
import type { TaskSpec } from './task-spec.ts'

/** Key of where a scope's tasks go. */
const scopeOf: unique symbol = Symbol('stepdag.scope')

export abstract class TaskScope {
  readonly [scopeOf]: Scope

  constructor(scope: Scope) {
    this[scopeOf] = scope
  }

  /**
   * Declares a task. Call the returned factory once to place it.
   *
   * @example const load = dag.task('load', async ({ rows }: { rows: number }) => rows * 2, { retries: 2 })
   * load({ rows: extract() })
   */
  task<TArgs extends object | undefined = NoArgs, TReturn = unknown>(
    taskId: string,
    operator: Operator<TArgs, TReturn>,
    spec?: TaskSpec,
  ): TaskFactory<TArgs, TReturn>
  task<TArgs extends object | undefined = NoArgs, TReturn = unknown>(
    taskId: string,
    handler: TaskFunction<TArgs, TReturn>,
    spec?: TaskSpec,
  ): TaskFactory<TArgs, TReturn>
  /** Declares a task whose id is `spec.taskId`, or the name of the handler's function. */
  task<TArgs extends object | undefined = NoArgs, TReturn = unknown>(
    operator: Operator<TArgs, TReturn>,
    spec: TaskSpec,
  ): TaskFactory<TArgs, TReturn>
  task<TArgs extends object | undefined = NoArgs, TReturn = unknown>(
    handler: TaskFunction<TArgs, TReturn>,
    spec?: TaskSpec,
  ): TaskFactory<TArgs, TReturn>
  task(first: unknown, second?: unknown, third?: unknown): unknown {
    refuseWhenRead(this[scopeOf].all)
    return declareFactory(this[scopeOf], first, second, third)
  }

  /** A task without work, already placed: a join, a start, an end. No Lambda runs for it. */
  empty(taskId: string, spec?: TaskSpec): TaskRef<undefined> {
    // Nothing is ever returned, which is what `undefined` says.
    return this.#placed(taskId, empty(), spec) as TaskRef<undefined>
  }

  /** A task that skips its direct downstreams unless its run is the latest, already placed. */
  latestOnly(taskId: string, spec?: TaskSpec): TaskRef<undefined> {
    // As for `empty`.
    return this.#placed(taskId, latestOnly(), spec) as TaskRef<undefined>
  }

  /**
   * A task that starts a run of another DAG, already placed.
   *
   * @example dag.triggerDagRun({ taskId: 'next', dagId: 'report' }).after(loaded)
   */
  triggerDagRun(options: TriggerDagRunOptions & { readonly taskId: string }, spec?: TaskSpec): TaskRef {
    const { taskId, ...given } = Object(options)
    return this.#placed(taskId, triggerDagRun(given), spec)
  }

  /**
   * A group of tasks: a prefix for their ids, defaults for their options, and an end for edges that reach its first tasks and
   * leave from its last.
   *
   * @example const load = dag.taskGroup('load'); load.task('rows', async () => {})(); got.before(load)
   */
  taskGroup(groupId: string, options?: GroupOptions): TaskGroup {
    const { all, groupId: parent, prefix, defaults } = this[scopeOf]
    refuseWhenRead(all)
    if (typeof groupId !== 'string' || groupId === '') throw withoutId(groupId)
    const id = `${prefix}${groupId}`
    const read = readGroupOptions(options, id)
    all.mistakes.push(...read.mistakes)
    all.groups.push({ groupId: id, parent, tooltip: read.tooltip, mapping: null })
    return new TaskGroup({
      all,
      groupId: id,
      prefix: read.prefixGroupId ? `${id}.` : '',
      defaults: { ...defaults, ...read.defaults },
    })
  }

  #placed(taskId: unknown, operator: object, spec: unknown): TaskRef {
    refuseWhenRead(this[scopeOf].all)
    return placeOperator(this[scopeOf], taskId, operator, spec)
  }
}

/** Made by `taskGroup`. */
export class TaskGroup extends TaskScope implements End {
  readonly groupId: string
  readonly [endId]: string
  readonly [owner]: RefOwner

  constructor(scope: Scope) {
    super(scope)
    this.groupId = scope.groupId ?? ''
    this[endId] = this.groupId
    this[owner] = scope.all.owner
  }

  /** The others wait for the group's last tasks; teardowns do not count. */
  before(...later: readonly End[]): this {
    for (const end of later) this[owner].draw(this, end, 'before')
    return this
  }

  /** The group's first tasks wait for the others. */
  after(...earlier: readonly End[]): this {
    for (const end of earlier) this[owner].draw(this, end, 'after')
    return this
  }

  /**
   * Runs the whole group once per combination of elements. What it returns are the elements, as inputs for tasks of the
   * group.
   *
   * @example const { file } = load.expand({ file: files() }); load.task('copy', copy)({ file })
   */
  expand<TOver extends Readonly<Record<string, unknown>>>(
    over: MappedInputs<TOver>,
  ): { readonly [K in keyof TOver]: ElementRef<TOver[K]> } {
    const { all, groupId } = this[scopeOf]
    refuseWhenRead(all)
    const { mapping, mistakes } = readExpand(over, [], { dagId: all.dagId, taskId: this.groupId })
    all.mistakes.push(...mistakes)
    const group = all.groups.find((open) => open.groupId === groupId)
    if (group?.mapping) {
      all.mistakes.push({ kind: 'bad-mapping', task: this.groupId, detail: { reason: 'group-twice' } })
    } else if (group) group.mapping = mapping
    const elements = Object.keys(Object(over)).map((key) => [key, this.#element(key)] as const)
    // One element per key of `over`, of the type that its array has.
    return Object.fromEntries(elements) as { readonly [K in keyof TOver]: ElementRef<TOver[K]> }
  }

  /** What a task of this mapped group returned in all instances, in order, as one array for a task outside of it. */
  collect<T>(ref: Provides<T> & { readonly [carrier]: 'ref' }): CollectedRef<T> {
    return Object.freeze({ [carrier]: 'collected' as const, ref })
  }

  #element(key: string): ElementRef<unknown> {
    return Object.freeze({ [carrier]: 'element' as const, groupId: this.groupId, key })
  }
}

export const declarationsOf = (scope: TaskScope): Declarations => scope[scopeOf].all

function withoutId(given: unknown): AuthoringError {
  return new AuthoringError(`taskGroup(${describe(given)}) has no id`, {
    why: 'the id goes in front of the ids of its tasks',
    fix: "give it one: dag.taskGroup('load')",
  })
}
