/** Calls of services: what is sent, what comes back, and how errors are named. */
import { expect } from 'vitest'
import { did, end, failed, give, guide, onError, succeeded } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import type { FakeService } from '../harness.ts'

const sdk = guide('Learning to use AWS service SDK integrations')
const optimized = guide('Integrating optimized services with Step Functions')
const call = (resource: string, args: object = {}, more: object = {}) => ({
  T: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments: args, ...end, ...more },
})
const echo: FakeService = (service, action, args) => ({
  $metadata: { requestId: 'r' },
  Service: service,
  Action: action,
  Args: args,
})
const breaks =
  (name: string, more: object = {}): FakeService =>
  () => {
    throw Object.assign(new Error('it broke'), { name, $metadata: { httpStatusCode: 400, requestId: 'R1' }, ...more })
  }
const errorOf = (title: string, resource: string, service: FakeService, error: string, cause?: RegExp): EngineCase => ({
  title,
  source: resource.startsWith('aws-sdk') ? sdk : optimized,
  states: call(resource),
  service,
  error,
  ...(cause ? { cause } : {}),
  events: failed('TaskStateEntered:T', 'TaskScheduled', 'TaskStarted', 'TaskFailed'),
})

export const serviceCases: readonly EngineCase[] = [
  {
    title: 'an SDK action gets its arguments as they are and answers what the service answers',
    source: sdk,
    states: call('aws-sdk:ssm:getParameter', { Name: '{% $states.input.name %}', WithDecryption: true }),
    input: { name: '/a' },
    service: echo,
    output: { Service: 'ssm', Action: 'getParameter', Args: { Name: '/a', WithDecryption: true } },
    events: succeeded(did('T')),
  },
  {
    title: 'events of a call name service and action',
    source: guide('History events'),
    states: call('aws-sdk:ssm:getParameter'),
    service: echo,
    check: ({ history }) => {
      expect(history[2]!.taskScheduledEventDetails).toMatchObject({
        resource: 'getParameter',
        resourceType: 'aws-sdk:ssm',
        region: 'us-east-1',
        parameters: '{}',
      })
      expect(history[4]!.taskSucceededEventDetails).toMatchObject({
        resource: 'getParameter',
        resourceType: 'aws-sdk:ssm',
      })
    },
  },
  {
    title: 'optimized calls answer with the HTTP data of the service call',
    source: `${optimized}; recorded`,
    states: call('dynamodb:getItem', { TableName: 't', Key: { k: { S: 'v' } } }),
    service: () => ({ $metadata: {}, Item: { k: { S: 'v' } } }),
    check: ({ output }) =>
      expect(output).toMatchObject({
        Item: { k: { S: 'v' } },
        SdkHttpMetadata: { HttpStatusCode: 200 },
        SdkResponseMetadata: { RequestId: expect.any(String) },
      }),
  },
  {
    title: 'sqs:sendMessage takes JSON as body and sends it as text',
    source: guide('Send messages to an Amazon SQS queue with Step Functions'),
    states: call('sqs:sendMessage', { QueueUrl: 'q', MessageBody: { a: '{% $states.input.n %}' } }),
    input: { n: 1 },
    service: echo,
    check: ({ output }) => expect(output).toMatchObject({ Args: { QueueUrl: 'q', MessageBody: '{"a":1}' } }),
  },
  {
    title: 'a body that is text is sent as it is',
    source: guide('Send messages to an Amazon SQS queue with Step Functions'),
    states: call('sqs:sendMessage', { QueueUrl: 'q', MessageBody: 'plain' }),
    service: echo,
    check: ({ output }) => expect(output).toMatchObject({ Args: { MessageBody: 'plain' } }),
  },
  {
    title: 'sns:publish takes JSON as message',
    source: guide('Publish messages to an Amazon SNS topic with Step Functions'),
    states: call('sns:publish', { TopicArn: 't', Message: ['x'] }),
    service: echo,
    check: ({ output }) => expect(output).toMatchObject({ Args: { TopicArn: 't', Message: '["x"]' } }),
  },
  {
    title: 'events:putEvents says which execution put the event',
    source: guide('Add EventBridge events with Step Functions'),
    states: call('events:putEvents', {
      Entries: [{ Source: 's', DetailType: 'd', Detail: { n: 1 }, Resources: ['mine'] }],
    }),
    service: (_, __, args) => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }], Args: args }),
    check: ({ output, arn }) =>
      expect(output).toMatchObject({
        Args: {
          Entries: [
            {
              Detail: '{"n":1}',
              Resources: ['mine', arn, 'arn:aws:states:us-east-1:111111111111:stateMachine:machine-0'],
            },
          ],
        },
      }),
  },
  {
    title: 'an entry that was not taken fails the task with the whole answer as cause',
    source: guide('Add EventBridge events with Step Functions'),
    states: call('events:putEvents', { Entries: [{ Source: 's' }] }),
    service: () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InvalidArgument' }] }),
    error: 'EventBridge.FailedEntry',
    cause: /^\{"FailedEntryCount":1,"Entries":\[\{"ErrorCode":"InvalidArgument"\}\]\}$/,
  },
  errorOf(
    'an SDK error is named by service and exception, with status and request id in the cause',
    'aws-sdk:dynamodb:putItem',
    breaks('ConditionalCheckFailedException'),
    'DynamoDb.ConditionalCheckFailedException',
    /^it broke \(Service: DynamoDb, Status Code: 400, Request ID: R1\)$/,
  ),
  errorOf(
    'an SDK error always ends in Exception',
    'aws-sdk:s3:getObject',
    breaks('NoSuchKey'),
    'S3.NoSuchKeyException',
  ),
  errorOf(
    'an SDK error is written as the SDK writes the service',
    'aws-sdk:cloudwatchlogs:filterLogEvents',
    breaks('AccessDeniedException', { service: 'CloudWatchLogs' }),
    'CloudWatchLogs.AccessDeniedException',
  ),
  errorOf(
    'an SDK error that the model does not name goes by the service alone',
    'aws-sdk:dynamodb:putItem',
    breaks('ValidationException', { service: 'DynamoDb', isModelled: false }),
    'DynamoDb.DynamoDbException',
  ),
  errorOf(
    'a connection that fails is SdkClientException',
    'aws-sdk:sqs:sendMessage',
    breaks('SdkClientException', { service: 'Sqs' }),
    'Sqs.SdkClientException',
  ),
  errorOf(
    'optimized DynamoDB errors are named DynamoDB',
    'dynamodb:putItem',
    breaks('ConditionalCheckFailedException'),
    'DynamoDB.ConditionalCheckFailedException',
  ),
  errorOf(
    'optimized DynamoDB errors without a model are AmazonDynamoDBException',
    'dynamodb:putItem',
    breaks('ValidationException', { isModelled: false }),
    'DynamoDB.AmazonDynamoDBException',
  ),
  errorOf('optimized SQS errors are all one', 'sqs:sendMessage', breaks('QueueDoesNotExist'), 'SQS.AmazonSQSException'),
  errorOf('optimized SNS errors are named SNS', 'sns:publish', breaks('NotFoundException'), 'SNS.NotFoundException'),
  {
    title: 'an error of a service is retried and caught by its name',
    source: guide('Handling errors in Step Functions workflows'),
    states: {
      ...call(
        'aws-sdk:dynamodb:putItem',
        {},
        {
          Retry: [{ ErrorEquals: ['DynamoDb.ThrottlingException'], MaxAttempts: 1 }],
          Catch: [onError(['DynamoDb.ThrottlingException'])],
        },
      ),
      Caught: give('caught'),
    },
    service: breaks('ThrottlingException'),
    output: 'caught',
    check: ({ events }) => expect(events.filter((event) => event === 'TaskFailed')).toHaveLength(2),
  },
]
