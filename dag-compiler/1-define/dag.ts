/**
 * `Dag`: collects what a file declares. It never throws for a mistake that leaves the rest readable: mistakes become
 * data, so that one compile reports everything. Calling a task's factory places the task; the call graph is the task graph.
 */
import type { DagDefinition, Mistake, TaskDefinition } from './dag-definition.ts'
import { type DagSpec, readDagSpec } from './dag-spec.ts'
import { describe } from './describe.ts'
import { AuthoringError } from './errors.ts'
import type { ArgList, TaskInput, TaskInputs } from './inputs.ts'
import { readInputs } from './read-inputs.ts'
import { factoryOf, factoryTaskId, type RefOwner, refOf, TaskRef } from './ref.ts'
import { readTaskSpec, type TaskDefaultValues, type TaskSpec } from './task-spec.ts'

/** Work of a task: at most one argument, an object; what it returns (awaited) is stored and passed on. */
export type TaskFunction<TArgs = never, TReturn = unknown> = (args: TArgs) => TReturn | Promise<TReturn>

/** A handler without arguments. */
export type NoArgs = Record<never, never>

type FactoryArguments<TArgs> = keyof TArgs extends never
  ? []
  : NoArgs extends TArgs
    ? [inputs?: TaskInputs<TArgs> | ArgList<readonly TaskInput<TArgs[keyof TArgs]>[]>]
    : [inputs: TaskInputs<TArgs> | ArgList<readonly TaskInput<TArgs[keyof TArgs]>[]>]

/** Places its task when called, which must happen exactly once while the file loads. */
export type TaskFactory<TArgs = NoArgs, TReturn = unknown> = (...inputs: FactoryArguments<TArgs>) => TaskRef<TReturn>

/** What the runtime calls. Inputs are checked by then, so their static type is gone. */
export type Handler = (inputs: Record<string, unknown>) => unknown

interface Declared {
  readonly taskId: string
  readonly operator: TaskDefinition['operator']
  readonly handler: Handler
  readonly spec: TaskDefinition['spec']
  readonly ref: TaskRef
}

/** Key of what `readDag` calls; authors need not see it. */
export const close: unique symbol = Symbol('stepdag.close')

export class Dag {
  readonly dagId: string
  readonly #spec: DagDefinition['spec']
  readonly #taskDefaults: TaskDefaultValues
  readonly #declared: Declared[] = []
  /** In the order of the calls. */
  readonly #placed = new Map<Declared, TaskDefinition>()
  readonly #edges = new Map<string, readonly [from: string, to: string]>()
  readonly #mistakes: Mistake[] = []
  #isRead = false
  readonly #refOwner: RefOwner

  /**
   * @throws AuthoringError when there is no id: nothing could be reported under its name.
   * @example export const dag = new Dag('sales', { schedule: '0 6 * * *', timezone: 'Europe/Zurich' })
   */
  constructor(dagId: string, spec?: DagSpec) {
    if (typeof dagId !== 'string' || dagId === '') {
      throw new AuthoringError(`new Dag(${describe(dagId)}) has no id`, {
        why: 'a DAG is stored, shown and deployed under its id',
        fix: "give it one: new Dag('my_dag')",
      })
    }
    const read = readDagSpec(spec)
    this.dagId = dagId
    this.#spec = read.spec
    this.#taskDefaults = read.taskDefaults
    this.#mistakes.push(...read.mistakes)
    this.#refOwner = {
      dagId,
      draw: (from, to, direction) => this.#draw(from, to, direction),
      report: (mistake) => this.#mistakes.push(mistake),
    }
  }

  /**
   * Declares a task. Call the returned factory once to place it.
   *
   * @example const load = dag.task('load', async ({ rows }: { rows: number }) => rows * 2, { retries: 2 })
   * load({ rows: extract() })
   */
  task<TArgs extends object | undefined = NoArgs, TReturn = unknown>(
    taskId: string,
    handler: TaskFunction<TArgs, TReturn>,
    spec?: TaskSpec,
  ): TaskFactory<TArgs, TReturn>
  /** Declares a task whose id is `spec.taskId` or the function's name. */
  task<TArgs extends object | undefined = NoArgs, TReturn = unknown>(
    handler: TaskFunction<TArgs, TReturn>,
    spec?: TaskSpec,
  ): TaskFactory<TArgs, TReturn>
  task(first: unknown, second?: unknown, third?: unknown): (inputs?: unknown) => TaskRef {
    this.#refuseWhenRead()
    const hasId = typeof first !== 'function'
    const [handler, spec] = hasId ? [second, third] : [first, second]
    const taskId = this.#nameTask(hasId ? first : undefined, handler, spec)
    if (typeof handler !== 'function') {
      this.#mistakes.push({ kind: 'bad-handler', task: taskId, detail: { given: describe(handler) } })
    }
    const declared = this.#declare(taskId, 'task', toHandler(handler), spec)
    const factory = (inputs?: unknown) => this.#place(declared, inputs)
    return Object.assign(factory, { [factoryOf]: taskId })
  }

  /** A task without work, already placed: a join, a start, an end. No Lambda runs for it. */
  empty(taskId: string, spec?: TaskSpec): TaskRef<undefined> {
    this.#refuseWhenRead()
    const declared = this.#declare(this.#nameTask(taskId, undefined, spec), 'empty', () => undefined, spec)
    this.#place(declared, undefined)
    // Nothing is ever returned, which is what `undefined` says.
    return declared.ref as TaskRef<undefined>
  }

  /** For `readDag`: what was collected. From here on the DAG is closed. */
  [close](): { readonly definition: DagDefinition; readonly handlers: ReadonlyMap<string, Handler> } {
    this.#isRead = true
    const uncalled = this.#declared.filter((declared) => !this.#placed.has(declared))
    const definition: DagDefinition = {
      dagId: this.dagId,
      spec: this.#spec,
      tasks: [...this.#placed.values()],
      edges: [...this.#edges.values()],
      mistakes: [
        ...this.#mistakes,
        ...uncalled.map(({ taskId }) => ({ kind: 'uncalled-task', task: taskId, detail: {} })),
      ],
    }
    return { definition, handlers: new Map(this.#declared.map(({ taskId, handler }) => [taskId, handler])) }
  }

  #declare(taskId: string, operator: Declared['operator'], handler: Handler, given: unknown): Declared {
    const { spec, mistakes } = readTaskSpec(given, taskId, this.#taskDefaults)
    this.#mistakes.push(...mistakes)
    const declared: Declared = { taskId, operator, handler, spec, ref: new TaskRef(taskId, this.#refOwner) }
    this.#declared.push(declared)
    return declared
  }

  #place(declared: Declared, given: unknown): TaskRef {
    this.#refuseWhenRead()
    const { taskId, operator, spec, handler, ref } = declared
    if (this.#placed.has(declared)) {
      this.#mistakes.push({ kind: 'task-called-twice', task: taskId, detail: {} })
      return ref
    }
    const { inputs, mistakes } = readInputs(given, handler, { dagId: this.dagId, taskId })
    this.#mistakes.push(...mistakes)
    this.#placed.set(declared, { taskId, operator, inputs, spec })
    return ref
  }

  #draw(self: TaskRef, other: unknown, direction: 'before' | 'after'): void {
    this.#refuseWhenRead()
    const ref = refOf(other)
    if (ref && ref.dagId === this.dagId) {
      const [from, to] = direction === 'before' ? [self, ref] : [ref, self]
      this.#edges.set(JSON.stringify([from.taskId, to.taskId]), [from.taskId, to.taskId])
      return
    }
    const detail = ref
      ? { upstream: ref.taskId, dag: ref.dagId, reason: 'other-dag', direction }
      : { upstream: factoryTaskId(other) ?? describe(other), reason: 'not-called', direction }
    this.#mistakes.push({ kind: 'unknown-upstream', task: self.taskId, detail })
  }

  /** Id in front of the handler, `taskId` of the spec, name of the function: the first that is there. */
  #nameTask(given: unknown, handler: unknown, spec: unknown): string {
    const inSpec = typeof spec === 'object' && spec !== null && 'taskId' in spec ? spec.taskId : undefined
    const named = given ?? inSpec ?? (typeof handler === 'function' ? handler.name : undefined)
    if (given !== undefined && inSpec !== undefined && given !== inSpec) {
      this.#mistakes.push({ kind: 'two-task-ids', task: String(given), detail: { inSpec: describe(inSpec) } })
    }
    if (typeof named === 'string' && named !== '') return named
    this.#mistakes.push({ kind: 'missing-task-id', detail: { given: describe(named) } })
    return `task_${this.#declared.length + 1}`
  }

  #refuseWhenRead(): void {
    if (!this.#isRead) return
    throw new AuthoringError(`DAG "${this.dagId}" was changed after its file had loaded`, {
      why: 'the graph is fixed when the file has loaded; a task that is running cannot add to it',
      fix: 'declare and call every task at the top level of the file',
    })
  }
}

function toHandler(handler: unknown): Handler {
  // An author's function takes one object of inputs; `dag.task` checked its static type, and a value that is not a
  // function was reported as a mistake, so that this stand-in never runs.
  return typeof handler === 'function' ? (handler as Handler) : () => undefined
}
