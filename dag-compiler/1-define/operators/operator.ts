/**
 * An operator: the body of a task as a value, in place of a handler. It holds a function that makes the operator's options
 * once the task is placed and its inputs are known; what it makes is JSON, and functions go to the DAG's handlers.
 */
import type { MappingDefinition, Mistake, OperatorDefinition, TaskInput } from '../dag-definition.ts'

declare const operatorArgs: unique symbol
declare const operatorReturns: unique symbol
const brand: unique symbol = Symbol('stepdag.operator')

/** What the runtime calls. Inputs are checked by then, so their static type is gone. */
export type Handler = (inputs: Record<string, unknown>) => unknown

/** `TArgs`: the inputs its task is called with; `TReturn`: what the task then provides to others. */
export interface Operator<in TArgs = Record<never, never>, out TReturn = unknown> {
  readonly [operatorArgs]?: (args: TArgs) => void
  readonly [operatorReturns]?: () => TReturn
  readonly [brand]: OperatorMaker
}

export interface OperatorMaker {
  /** Runs in the task Lambda when the task does; `withArgList` reads the order of the inputs from it. */
  readonly handler?: Handler
  /** Called once, when the task is placed. */
  readonly define: (place: OperatorPlace) => DefinedOperator
}

/** The task that an operator is the body of. */
export interface OperatorPlace {
  readonly dagId: string
  readonly taskId: string
  /** Inputs by name; of a mapped task what `partial` fixed. Every `ref` in them is an edge. */
  readonly inputs: Readonly<Record<string, TaskInput>>
  /** Inputs that differ from instance to instance. */
  readonly mapping?: MappingDefinition
}

export interface DefinedOperator {
  readonly options: OperatorDefinition
  /** Further functions that the runtime calls, by a name within the task. `readDag` lists them as `<taskId>#<name>`. */
  readonly functions?: Readonly<Record<string, Handler>>
  readonly mistakes?: readonly Mistake[]
}

/** For authors of operators: `TArgs` and `TReturn` are what the caller says, nothing checks them. */
export function makeOperator<TArgs = Record<never, never>, TReturn = unknown>(
  maker: OperatorMaker,
): Operator<TArgs, TReturn> {
  return Object.freeze({ [brand]: maker })
}

/** The maker of an operator, or null for any other value. */
export function operatorOf(value: unknown): OperatorMaker | null {
  if (typeof value !== 'object' || value === null || !(brand in value)) return null
  // The brand is a symbol of this module: only `makeOperator` can have put a maker under it.
  return value[brand] as OperatorMaker
}

/** The name under which `readDag` lists a function of an operator. */
export const functionName = (taskId: string, name: string): string => `${taskId}#${name}`
