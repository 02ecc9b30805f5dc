/** Any action of any service, called with the service's own client on a server that stands in for it. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ActionCaller, createActionCaller } from '../../local/aws-sdk/call-action.ts'
import { clientNameOf, endpointSettingOf } from '../../local/aws-sdk/client-names.ts'
import { endpointsOf } from '../../local/aws-sdk/endpoints.ts'

/** Answers what it is told to, and keeps what it was asked. */
const standIn = {
  asked: [] as { readonly path: string; readonly target: string; readonly body: string }[],
  status: 200,
  body: '{}',
  headers: {} as Record<string, string>,
}
const running: { server?: Server; caller?: ActionCaller } = {}

function answers(body: string, more: { status?: number; headers?: Record<string, string> } = {}): void {
  Object.assign(standIn, { asked: [], status: 200, headers: {}, body, ...more })
}

async function ask(request: IncomingMessage): Promise<void> {
  const target = String(request.headers['x-amz-target'] ?? '')
  standIn.asked.push({ path: `${request.method} ${request.url}`, target, body: await text(request) })
}

beforeAll(async () => {
  const server = createServer((request, response) => {
    void ask(request).then(() => response.writeHead(standIn.status, standIn.headers).end(standIn.body))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const environment = { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }
  Object.assign(running, { server, caller: callerAt(environment) })
})
afterAll(() => {
  running.caller?.close()
  running.server?.close()
})

function callerAt(environment: Readonly<Record<string, string>>): ActionCaller {
  return createActionCaller({
    endpointOf: endpointsOf({}, environment),
    refusal: (service) => `set ${endpointSettingOf(service)}`,
    region: 'us-east-1',
    projectDir: import.meta.dirname,
  })
}

const call: ActionCaller['call'] = (...args) => running.caller!.call(...args)

describe('an action of a service', () => {
  it('of the JSON protocols is called by its name, and times are text', async () => {
    answers('{"Name":"n","SecretString":"s","CreatedDate":1767607200.25}')
    expect(await call('secretsmanager', 'getSecretValue', { SecretId: 'n' })).toEqual({
      Name: 'n',
      SecretString: 's',
      CreatedDate: '2026-01-05T10:00:00.250Z',
    })
    expect(standIn.asked).toEqual([
      { path: 'POST /', target: 'secretsmanager.GetSecretValue', body: '{"SecretId":"n"}' },
    ])
  })

  it('with lower-case members is written in PascalCase both ways; keys of maps stay', async () => {
    answers('{"executionArn":"arn:e","startDate":1767607200}')
    const started = await call('sfn', 'startExecution', { StateMachineArn: 'arn:m', Input: { some: 'json' } })
    expect(started).toEqual({ ExecutionArn: 'arn:e', StartDate: '2026-01-05T10:00:00Z' })
    expect(JSON.parse(standIn.asked[0]!.body)).toEqual({ stateMachineArn: 'arn:m', input: '{"some":"json"}' })
    answers('{"Attributes":{"lower":"x"}}')
    expect(await call('sqs', 'getQueueAttributes', { QueueUrl: 'http://q', AttributeNames: ['All'] })).toEqual({
      Attributes: { lower: 'x' },
    })
  })

  it('of the query protocol answers from XML', async () => {
    const body = '<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>'
    answers(body, { headers: { 'content-type': 'text/xml' } })
    expect(await call('sns', 'publish', { TopicArn: 'arn:t', Message: 'hi' })).toEqual({ MessageId: 'm-1' })
    expect(Object.fromEntries(new URLSearchParams(standIn.asked[0]!.body))).toMatchObject({
      Action: 'Publish',
      Message: 'hi',
    })
  })

  it('of the REST protocol has its parameters in the path, and bytes are text', async () => {
    answers('{"n":1}', { headers: { 'x-amz-executed-version': '7' } })
    const answer = await call('lambda', 'invoke', { FunctionName: 'f', Payload: { a: 1 } })
    expect(answer).toEqual({ StatusCode: 200, ExecutedVersion: '7', Payload: '{"n":1}' })
    expect(standIn.asked).toEqual([{ path: 'POST /2015-03-31/functions/f/invocations', target: '', body: '{"a":1}' }])
  })

  it('may answer a stream, which is read as text', async () => {
    answers('[1,2]', { headers: { etag: '"e"' } })
    expect(await call('s3', 'getObject', { Bucket: 'b', Key: 'k' })).toMatchObject({ Body: '[1,2]', ETag: '"e"' })
    expect(standIn.asked[0]!.path).toBe('GET /b/k?x-id=GetObject')
  })
})

describe('a call that does not work', () => {
  it('rejects with the exception of the service', async () => {
    answers('{"__type":"ResourceNotFoundException","message":"no such secret"}', { status: 400 })
    await expect(call('secretsmanager', 'getSecretValue', { SecretId: 'x' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'no such secret',
      service: 'SecretsManager',
      isModelled: true,
    })
  })

  it('says when the model of the service has no such exception', async () => {
    answers('{"__type":"com.amazon.coral.validate#ValidationException","message":"bad"}', { status: 400 })
    await expect(call('dynamodb', 'getItem', { TableName: 't', Key: {} })).rejects.toMatchObject({
      name: 'ValidationException',
      service: 'DynamoDb',
      isModelled: false,
    })
  })

  it('because nobody listens is an SdkClientException', async () => {
    const caller = callerAt({ AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' })
    await expect(caller.call('sqs', 'sendMessage', { QueueUrl: 'q', MessageBody: 'm' })).rejects.toMatchObject({
      name: 'SdkClientException',
      message: expect.stringMatching(/^Unable to execute HTTP request: /),
      service: 'Sqs',
    })
    caller.close()
  })

  it('because nothing stands in for the service names the setting', async () => {
    await expect(callerAt({}).call('secretsmanager', 'getSecretValue', {})).rejects.toMatchObject({
      name: 'NotServedLocally',
      message: 'set AWS_ENDPOINT_URL_SECRETS_MANAGER',
    })
  })

  it('because the client is not installed names the package', async () => {
    await expect(call('cloudwatchlogs', 'filterLogEvents', {})).rejects.toMatchObject({
      name: 'NotServedLocally',
      message: expect.stringContaining('npm install @aws-sdk/client-cloudwatch-logs'),
    })
  })

  it('with a field that the request does not have says which it has, and calls nobody', async () => {
    answers('{}')
    await expect(call('secretsmanager', 'getSecretValue', { secretId: 'x' })).rejects.toMatchObject({
      name: 'States.Runtime',
      message: expect.stringMatching(/^The field "secretId" is not supported .* SecretId, VersionId, VersionStage$/),
    })
    expect(standIn.asked).toEqual([])
  })

  it('to an action that the service does not have says so', async () => {
    await expect(call('sqs', 'flyAway', {})).rejects.toMatchObject({ name: 'States.Runtime' })
    await expect(call('sqs', 'sendMessage.sync', {})).rejects.toMatchObject({ name: 'NotServedLocally' })
  })
})

describe('names of services', () => {
  it.each([
    ['dynamodb', 'dynamodb', 'AWS_ENDPOINT_URL_DYNAMODB'],
    ['cloudwatchlogs', 'cloudwatch-logs', 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS'],
    ['emr-serverless', 'emr-serverless', 'AWS_ENDPOINT_URL_EMR_SERVERLESS'],
    ['events', 'eventbridge', 'AWS_ENDPOINT_URL_EVENTBRIDGE'],
    ['elasticmapreduce', 'emr', 'AWS_ENDPOINT_URL_EMR'],
    ['applicationautoscaling', 'application-auto-scaling', 'AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING'],
  ])('%s is called by client-%s at %s', (service, client, setting) => {
    expect([clientNameOf(service), endpointSettingOf(service)]).toEqual([client, setting])
  })

  it('find what is given before the environment', () => {
    const endpointOf = endpointsOf({ sqs: 'given' }, { AWS_ENDPOINT_URL_SQS: 'own', AWS_ENDPOINT_URL_SNS: 'own' })
    expect(['sqs', 'sns', 'glue'].map(endpointOf)).toEqual(['given', 'own', null])
    expect(endpointsOf({}, { AWS_ENDPOINT_URL: 'all' })('glue')).toBe('all')
  })
})
