/** The light door, package `stepdag`: everything a DAG file needs. It is part of every task Lambda, so it stays small. */
export type { JsonObject, JsonValue, TriggerRule } from '../run-model/index.ts'
export { type ArgNameMap, withArgNames } from './1-define/arg-names.ts'
export { Bundle, type Registerable, TaskHandler } from './1-define/bundle.ts'
export { type Chained, chain } from './1-define/chain.ts'
export * from './1-define/context.ts'
export { Dag, type Handler, type NoArgs, type TaskFactory, type TaskFunction } from './1-define/dag.ts'
export type { DagDefinition, TaskDefinition, TaskSpecValue } from './1-define/dag-definition.ts'
export type { DagSpec } from './1-define/dag-spec.ts'
export * from './1-define/errors.ts'
export {
  type AllRefs,
  type ArgList,
  all,
  type OptionalRef,
  optional,
  type Provides,
  type TaskInput,
  type TaskInputs,
  withArgList,
} from './1-define/inputs.ts'
export { findDags, readDag } from './1-define/read-dag.ts'
export type { TaskRef } from './1-define/ref.ts'
export type { TaskOptions, TaskSpec } from './1-define/task-spec.ts'
