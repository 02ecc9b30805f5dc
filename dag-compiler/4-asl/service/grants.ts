/**
 * What a machine's role may do so that its service calls work: one entry per call, in the pattern it is made in. Source:
 * "IAM policies for integrated services" of the Step Functions guide, narrowed to the names in the arguments.
 */
import type { ServiceArgument, ServiceDefinition } from '../../1-define/dag-definition.ts'
import type { ServiceNeed } from '../machine.ts'
import { arnNamed, arnOf, literalAt, queueArn } from './arns.ts'
import { sdkGrants } from './sdk-grants.ts'

export function grantsOf(service: ServiceDefinition): readonly ServiceNeed[] {
  const { resource, pattern, args, iam } = service
  const call = resource.startsWith('aws-sdk:') ? sdkGrants(resource, args) : (calls[resource]?.(args) ?? [])
  const job = pattern === 'sync' ? (jobs[resource]?.(args) ?? []) : []
  return [...call, ...job, ...(iam ?? [])]
}

type Grants = (args: ServiceArgument) => readonly ServiceNeed[]

const one = (actions: readonly string[], ...resources: readonly string[]): readonly ServiceNeed[] => [
  { actions, resources },
]

const passRole = (service: string, arn: string | null): ServiceNeed => ({
  actions: ['iam:PassRole'],
  resources: [arn?.startsWith('arn:') ? arn : 'arn:{partition}:iam::{account}:role/*'],
  passedTo: service,
})

/** The managed rule through which Step Functions hears that a job has ended. */
const hearing = (rule: string): ServiceNeed => ({
  actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
  resources: [arnOf('events', `rule/StepFunctions${rule}`)],
})

const functionArns = (name: string | null): readonly string[] => {
  const arn = arnNamed('lambda', 'function:', name)
  return arn.endsWith('*') ? [arn] : [arn, `${arn}:*`]
}

const sageMakerKinds: Readonly<Record<string, readonly [kind: string, rule: string]>> = {
  createTrainingJob: ['TrainingJob', 'TrainingJobs'],
  createTransformJob: ['TransformJob', 'TransformJobs'],
  createProcessingJob: ['ProcessingJob', 'ProcessingJobs'],
  createHyperParameterTuningJob: ['HyperParameterTuningJob', 'TuningJobs'],
  createLabelingJob: ['LabelingJob', 'LabelingJobs'],
}

function sageMakerArn(kind: string, args: ServiceArgument): string {
  const names =
    kind === 'HyperParameterTuningJob' ? 'hyper-parameter-tuning-job' : kind.replace('Job', '-job').toLowerCase()
  return arnNamed('sagemaker', `${names}/`, literalAt(args, `${kind}Name`))
}

const sageMakerCalls = Object.entries(sageMakerKinds).map(([action, [kind]]): [string, Grants] => [
  `sagemaker:${action}`,
  (args) => [
    ...one([`sagemaker:Create${kind}`, 'sagemaker:AddTags', 'sagemaker:ListTags'], sageMakerArn(kind, args)),
    ...(kind === 'TransformJob' ? [] : [passRole('sagemaker.amazonaws.com', literalAt(args, 'RoleArn'))]),
  ],
])
const sageMakerJobs = Object.entries(sageMakerKinds).map(([action, [kind, rule]]): [string, Grants] => [
  `sagemaker:${action}`,
  (args) => [
    ...one([`sagemaker:Describe${kind}`, `sagemaker:Stop${kind}`], sageMakerArn(kind, args)),
    hearing(`GetEventsForSageMaker${rule}Rule`),
  ],
])

const tables =
  (action: string): Grants =>
  (args) =>
    one([`dynamodb:${action}`], arnNamed('dynamodb', 'table/', literalAt(args, 'TableName')))

const workgroup = (args: ServiceArgument) => arnNamed('athena', 'workgroup/', literalAt(args, 'WorkGroup') ?? 'primary')
const project = (args: ServiceArgument) => arnNamed('codebuild', 'project/', literalAt(args, 'ProjectName'))
const job = (args: ServiceArgument) => arnNamed('glue', 'job/', literalAt(args, 'JobName'))
const machine = (args: ServiceArgument) => arnNamed('states', 'stateMachine:', literalAt(args, 'StateMachineArn'))
/** Not in one account's Region as others: `/applications/<id>`. */
const application = (args: ServiceArgument) =>
  arnNamed('emr-serverless', '/applications/', literalAt(args, 'ApplicationId'))

/** In every pattern. */
const calls: Readonly<Record<string, Grants>> = {
  'athena:startQueryExecution': (args) => [
    ...one(['athena:StartQueryExecution', 'athena:GetDataCatalog'], workgroup(args), arnOf('athena', 'datacatalog/*')),
    // A query reads and writes what its text says; a workgroup's or bucket's own policy can narrow it.
    ...one(['lakeformation:GetDataAccess'], '*'),
    ...one(
      [
        'glue:GetDatabase',
        'glue:GetDatabases',
        'glue:GetTable',
        'glue:GetTables',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:BatchGetPartition',
        'glue:CreateTable',
        'glue:UpdateTable',
        'glue:DeleteTable',
        'glue:BatchCreatePartition',
        'glue:CreatePartition',
      ],
      arnOf('glue', 'catalog'),
      arnOf('glue', 'database/*'),
      arnOf('glue', 'table/*'),
    ),
    ...one(
      [
        's3:GetBucketLocation',
        's3:GetObject',
        's3:ListBucket',
        's3:ListBucketMultipartUploads',
        's3:ListMultipartUploadParts',
        's3:AbortMultipartUpload',
        's3:PutObject',
      ],
      'arn:{partition}:s3:::*',
    ),
  ],
  'batch:submitJob': () => one(['batch:SubmitJob'], '*'),
  'codebuild:startBuild': (args) => one(['codebuild:StartBuild'], project(args)),
  'dynamodb:deleteItem': tables('DeleteItem'),
  'dynamodb:getItem': tables('GetItem'),
  'dynamodb:putItem': tables('PutItem'),
  'dynamodb:updateItem': tables('UpdateItem'),
  'ecs:runTask': (args) => {
    const definition = arnNamed('ecs', 'task-definition/', literalAt(args, 'TaskDefinition'))
    const revisions = /:\d+$|\*$/.test(definition) ? [definition] : [definition, `${definition}:*`]
    return [...one(['ecs:RunTask'], ...revisions), passRole('ecs-tasks.amazonaws.com', null)]
  },
  'emr-serverless:startJobRun': (args) => [
    ...one(['emr-serverless:StartJobRun'], application(args)),
    passRole('emr-serverless.amazonaws.com', literalAt(args, 'ExecutionRoleArn')),
  ],
  // Which bus each entry goes to is inside a list that may be made while the run runs.
  'events:putEvents': () => one(['events:PutEvents'], arnOf('events', 'event-bus/*')),
  'glue:startJobRun': (args) => one(['glue:StartJobRun'], job(args)),
  'lambda:invoke': (args) => one(['lambda:InvokeFunction'], ...functionArns(literalAt(args, 'FunctionName'))),
  'sns:publish': (args) => one(['sns:Publish'], arnNamed('sns', '', literalAt(args, 'TopicArn'))),
  'sqs:sendMessage': (args) => one(['sqs:SendMessage'], queueArn(literalAt(args, 'QueueUrl'))),
  'states:startExecution': (args) => one(['states:StartExecution'], machine(args)),
  ...Object.fromEntries(sageMakerCalls),
}

/** Besides, in the pattern `sync`: to see how the job goes, and to stop it when the run is stopped. */
const jobs: Readonly<Record<string, Grants>> = {
  'athena:startQueryExecution': (args) =>
    one(['athena:GetQueryExecution', 'athena:StopQueryExecution'], workgroup(args)),
  'batch:submitJob': () => [
    ...one(['batch:DescribeJobs', 'batch:TerminateJob'], '*'),
    hearing('GetEventsForBatchJobsRule'),
  ],
  'codebuild:startBuild': (args) => [
    ...one(['codebuild:BatchGetBuilds', 'codebuild:StopBuild'], project(args)),
    // AWS spells this one rule without the s.
    hearing('GetEventForCodeBuildStartBuildRule'),
  ],
  'ecs:runTask': () => [
    ...one(['ecs:StopTask', 'ecs:DescribeTasks'], arnOf('ecs', 'task/*')),
    hearing('GetEventsForECSTaskRule'),
  ],
  'emr-serverless:startJobRun': (args) => [
    ...one(['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'], `${application(args)}/jobruns/*`),
    hearing('GetEventsForEMRServerlessJobRule'),
  ],
  'glue:startJobRun': (args) => one(['glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'], job(args)),
  'states:startExecution': (args) => [
    ...one(
      ['states:DescribeExecution', 'states:StopExecution'],
      `${machine(args).replace(':stateMachine:', ':execution:')}:*`,
    ),
    hearing('GetEventsForStepFunctionsExecutionRule'),
  ],
  ...Object.fromEntries(sageMakerJobs),
}
