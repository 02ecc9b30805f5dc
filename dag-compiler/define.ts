/** The light door, package `stepdag`: everything a DAG file needs. It is part of every task Lambda, so it stays small. */
export type { JsonObject, JsonValue, SettableTriggerRule as TriggerRule } from '../run-model/index.ts'
export { type ArgNameMap, withArgNames } from './1-define/arg-names.ts'
export { Bundle, type Registerable, TaskHandler } from './1-define/bundle.ts'
export { type Chained, chain } from './1-define/chain.ts'
export * from './1-define/context.ts'
export { Dag } from './1-define/dag.ts'
export type { DagDefinition, TaskDefinition, TaskSpecValue } from './1-define/dag-definition.ts'
export type { DagSpec } from './1-define/dag-spec.ts'
export type { Branch, ElseConstruct, IfConstruct, SwitchConstruct } from './1-define/deciders.ts'
export * from './1-define/errors.ts'
export type { GroupOptions } from './1-define/group-options.ts'
export {
  type AllRefs,
  type ArgList,
  all,
  type CollectedRef,
  type ElementRef,
  type OptionalRef,
  optional,
  type Provides,
  type TaskInput,
  type TaskInputs,
  withArgList,
} from './1-define/inputs.ts'
export type { ListRef } from './1-define/list-ref.ts'
export * from './1-define/operators/calls.ts'
export { type DeferrableOptions, deferrable } from './1-define/operators/deferrable.ts'
export { empty } from './1-define/operators/empty.ts'
export {
  type ApprovalOptions,
  approval,
  type HITLResult,
  type HumanInputOptions,
  type HumanText,
  humanInput,
} from './1-define/operators/human-input.ts'
export * from './1-define/operators/jobs.ts'
export { latestOnly } from './1-define/operators/latest-only.ts'
export type { Handler, Operator } from './1-define/operators/operator.ts'
export { type AnyValue, type AnyValues, type RunValues, run, taskToken, tpl } from './1-define/operators/run-value.ts'
export { type SensorOptions, sensor } from './1-define/operators/sensor.ts'
export type { ServiceArgs, ServiceInput, ServiceOptions } from './1-define/operators/service.ts'
export { type Out, out, type ServiceValue } from './1-define/operators/service-value.ts'
export { type TriggerDagRunOptions, triggerDagRun } from './1-define/operators/trigger-dag-run.ts'
export { findDags, readDag } from './1-define/read-dag.ts'
export type { End, TaskRef, TeardownOptions } from './1-define/ref.ts'
export type {
  MappedInputs,
  NoArgs,
  PartialFactory,
  TaskFactory,
  TaskFunction,
} from './1-define/task-factory.ts'
export type { TaskGroup, TaskGroup as TaskGroupRef } from './1-define/task-scope.ts'
export type { RetryPolicyEntry, TaskOptions, TaskSpec } from './1-define/task-spec.ts'
