/** Operators for jobs that AWS runs: the task is done when the job is, unless it says otherwise. No Lambda waits for it. */
import type { JsonValue } from '../../../run-model/index.ts'
import type { Operator } from './operator.ts'
import {
  type JobPattern,
  type Pattern,
  type ServiceArgs,
  type ServiceInput,
  type ServiceOptions,
  serviceOperator,
} from './service.ts'

type Job<TReturn> = Operator<Record<never, never>, TReturn>
type JobResult = { readonly [name: string]: JsonValue }

const job = (name: string, resource: string) => ({ name, usual: 'sync', resource: () => resource }) as const

/**
 * Runs a state machine; the result of the task is the execution's output, or with `request_response` what `StartExecution`
 * answers.
 */
export function stepFunction<TReturn = JobResult>(
  options: ServiceOptions<ServiceArgs & { readonly StateMachineArn: ServiceInput }>,
): Job<TReturn> {
  return serviceOperator(job('stepFunction', 'states:startExecution'), options)
}

/** Runs an ECS task, on Fargate or EC2. A container that exits with another code than 0 fails the task. */
export function ecsTask<TReturn = JobResult>(
  options: ServiceOptions<ServiceArgs & { readonly TaskDefinition: ServiceInput }, Pattern>,
): Job<TReturn> {
  return serviceOperator(job('ecsTask', 'ecs:runTask'), options)
}

export function batchJob<TReturn = JobResult>(
  options: ServiceOptions<
    ServiceArgs & {
      readonly JobName: ServiceInput
      readonly JobDefinition: ServiceInput
      readonly JobQueue: ServiceInput
    },
    JobPattern
  >,
): Job<TReturn> {
  return serviceOperator(job('batchJob', 'batch:submitJob'), options)
}

export function glueJob<TReturn = JobResult>(
  options: ServiceOptions<ServiceArgs & { readonly JobName: ServiceInput }, JobPattern>,
): Job<TReturn> {
  return serviceOperator(job('glueJob', 'glue:startJobRun'), options)
}

export interface AthenaResult {
  readonly QueryExecution: {
    readonly QueryExecutionId: string
    readonly ResultConfiguration: { readonly OutputLocation: string }
    readonly [name: string]: JsonValue
  }
}

/** @example dag.task('daily', athenaQuery({ args: { QueryString: `call merge_day('${run.ds}')`, WorkGroup: 'etl' } }))() */
export function athenaQuery<TReturn = AthenaResult>(
  options: ServiceOptions<ServiceArgs & { readonly QueryString: ServiceInput }, JobPattern>,
): Job<TReturn> {
  return serviceOperator(job('athenaQuery', 'athena:startQueryExecution'), options)
}

export function emrServerlessJob<TReturn = JobResult>(
  options: ServiceOptions<
    ServiceArgs & { readonly ApplicationId: ServiceInput; readonly ExecutionRoleArn: ServiceInput },
    JobPattern
  >,
): Job<TReturn> {
  return serviceOperator(job('emrServerlessJob', 'emr-serverless:startJobRun'), options)
}

export type SageMakerAction =
  | 'createTrainingJob'
  | 'createTransformJob'
  | 'createProcessingJob'
  | 'createHyperParameterTuningJob'
  | 'createLabelingJob'

export function sagemakerJob<TReturn = JobResult>(
  options: ServiceOptions<ServiceArgs, JobPattern> & { readonly action: SageMakerAction },
): Job<TReturn> {
  const kind = { name: 'sagemakerJob', usual: 'sync', takes: 'action' } as const
  return serviceOperator({ ...kind, resource: ({ action }) => `sagemaker:${action}` }, options)
}

export function codeBuild<TReturn = JobResult>(
  options: ServiceOptions<ServiceArgs & { readonly ProjectName: ServiceInput }, JobPattern>,
): Job<TReturn> {
  return serviceOperator(job('codeBuild', 'codebuild:startBuild'), options)
}
