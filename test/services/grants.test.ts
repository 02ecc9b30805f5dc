/** Rights of service calls: every call that phase 2 lets pass has some, and literal names make them narrow. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ServiceArgument, ServiceDefinition } from '../../dag-compiler/1-define/dag-definition.ts'
import { serviceFamily } from '../../dag-compiler/2-graph/services.ts'
import { grantsOf } from '../../dag-compiler/4-asl/service/grants.ts'

const service = (resource: string, pattern: ServiceDefinition['pattern'], value: object = {}): ServiceDefinition => ({
  kind: 'service',
  name: 'x',
  resource,
  pattern,
  // Literals of a test.
  args: { value } as ServiceArgument,
  heartbeat: null,
  isIdempotent: false,
})

/** Keys of the table, from its text: it is not exported, and this list must not be kept twice. */
const optimized = [
  ...readFileSync('dag-compiler/2-graph/services.ts', 'utf8').matchAll(/^ {2}'([a-z-]+:[A-Za-z]+)'/gm),
].map(([, name]) => name!)

describe('rights', () => {
  it('exist for every call in every pattern', () => {
    expect(optimized.length).toBeGreaterThan(15)
    for (const resource of optimized) {
      for (const pattern of serviceFamily(resource)!.patterns) {
        const plain = grantsOf(service(resource, 'request_response'))
        expect(plain.length, resource).toBeGreaterThan(0)
        if (pattern === 'sync')
          expect(grantsOf(service(resource, pattern)).length, resource).toBeGreaterThan(plain.length)
      }
    }
  })

  it.each<[string, object, string]>([
    ['glue:startJobRun', { JobName: 'nightly' }, 'arn:{partition}:glue:{region}:{account}:job/nightly'],
    ['dynamodb:putItem', { TableName: 'locks' }, 'arn:{partition}:dynamodb:{region}:{account}:table/locks'],
    ['lambda:invoke', { FunctionName: 'score' }, 'arn:{partition}:lambda:{region}:{account}:function:score'],
    ['sns:publish', { TopicArn: 'arn:aws:sns:eu-west-1:1:t' }, 'arn:aws:sns:eu-west-1:1:t'],
    [
      'sqs:sendMessage',
      { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123/q.fifo' },
      'arn:{partition}:sqs:eu-west-1:123:q.fifo',
    ],
    ['ecs:runTask', { TaskDefinition: 'score' }, 'arn:{partition}:ecs:{region}:{account}:task-definition/score'],
    [
      'sagemaker:createTrainingJob',
      { TrainingJobName: 'm' },
      'arn:{partition}:sagemaker:{region}:{account}:training-job/m',
    ],
    [
      'sagemaker:createHyperParameterTuningJob',
      { HyperParameterTuningJobName: 'm' },
      'arn:{partition}:sagemaker:{region}:{account}:hyper-parameter-tuning-job/m',
    ],
    ['aws-sdk:s3:getObject', { Bucket: 'lake' }, 'arn:{partition}:s3:::lake/*'],
    ['aws-sdk:s3:listObjectsV2', { Bucket: 'lake' }, 'arn:{partition}:s3:::lake'],
    ['aws-sdk:dynamodb:query', { TableName: 't' }, 'arn:{partition}:dynamodb:{region}:{account}:table/t'],
  ])('of %s with %o are on %s', (resource, args, arn) => {
    expect(grantsOf(service(resource, 'request_response', args))[0]!.resources[0]).toBe(arn)
  })

  it('of a copy in S3 differ between source and target', () => {
    const args = { Bucket: 'lake', Key: 'k', CopySource: 'landing/k' }
    expect(grantsOf(service('aws-sdk:s3:copyObject', 'request_response', args))).toEqual([
      { actions: ['s3:PutObject'], resources: ['arn:{partition}:s3:::lake/*'] },
      { actions: ['s3:GetObject'], resources: ['arn:{partition}:s3:::landing/*'] },
    ])
  })

  it('are wide where only the run knows the name', () => {
    const args: ServiceArgument = { object: { JobName: { run: ['params', 'job'] } } }
    expect(grantsOf({ ...service('glue:startJobRun', 'request_response'), args })[0]!.resources).toEqual([
      'arn:{partition}:glue:{region}:{account}:job/*',
    ])
  })

  it('to pass a role name the service it may be passed to', () => {
    const args = { ApplicationId: 'a', ExecutionRoleArn: 'arn:aws:iam::1:role/jobs' }
    const needs = grantsOf(service('emr-serverless:startJobRun', 'sync', args))
    expect(needs).toContainEqual({
      actions: ['iam:PassRole'],
      resources: ['arn:aws:iam::1:role/jobs'],
      passedTo: 'emr-serverless.amazonaws.com',
    })
    expect(needs).toContainEqual({
      actions: ['emr-serverless:GetJobRun', 'emr-serverless:CancelJobRun'],
      resources: ['arn:{partition}:emr-serverless:{region}:{account}:/applications/a/jobruns/*'],
    })
  })

  it('include what the author adds', () => {
    const iam = [{ actions: ['ecs:TagResource'], resources: ['*'] }]
    expect(grantsOf({ ...service('ecs:runTask', 'sync'), iam })).toContainEqual(iam[0])
  })

  it('of SDK calls have the prefix and the action that IAM knows', () => {
    const actions = [
      'aws-sdk:sfn:listExecutions',
      'aws-sdk:cloudwatchlogs:putLogEvents',
      'aws-sdk:lambda:invoke',
      'aws-sdk:ssm:getParameter',
    ]
    expect(actions.map((resource) => grantsOf(service(resource, 'request_response'))[0]!.actions[0])).toEqual([
      'states:ListExecutions',
      'logs:PutLogEvents',
      'lambda:InvokeFunction',
      'ssm:GetParameter',
    ])
  })
})
