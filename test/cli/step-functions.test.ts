/** `stepdag step-functions` as a user starts it: a process, driven by the unmodified SDK client. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  ListStateMachinesCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { runCli, startCli } from './support/run-cli.ts'

// Processes start slowly beside a full suite.
vi.setConfig({ testTimeout: 60_000 })

/** A Lambda on the wire: `double` answers, `fall` throws, others do not exist. It keeps what it was asked. */
const asked: { readonly name: string; readonly event: unknown }[] = []
let lambda: Server
let lambdaUrl: string

beforeAll(async () => {
  lambda = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const event = JSON.parse(Buffer.concat(parts).toString())
    const name = decodeURIComponent(/functions\/([^/]+)\//.exec(request.url ?? '')![1]!)
    asked.push({ name, event })
    if (name === 'fall') {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' })
      response.end(JSON.stringify({ errorType: 'NoGround', errorMessage: 'fell', trace: [] }))
    } else if (name.endsWith('double')) response.end(JSON.stringify(event.n * 2))
    else {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException', 'content-type': 'application/json' })
      response.end(JSON.stringify({ message: `Function not found: ${name}` }))
    }
  })
  await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve))
  lambdaUrl = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`
})
afterAll(() => void lambda.close())

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stepdag-sfn-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function serve(...args: readonly string[]) {
  const started = startCli(['step-functions', '--port', '0', '--json', ...args])
  onTestFinished(() => void started.child.kill('SIGKILL'))
  const line = await vi.waitUntil(() => started.output.stdout.split('\n')[0] || null, { timeout: 30_000, interval: 20 })
  const told = JSON.parse(line) as Record<string, unknown>
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const client = new SFNClient({ endpoint: String(told.endpoint), region: 'us-east-1', credentials, maxAttempts: 1 })
  onTestFinished(() => client.destroy())
  return { ...started, told, client }
}

const roleArn = 'arn:aws:iam::000000000000:role/r'
const invoking = (name: string) =>
  machine({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: invocation(name), Output: payload })
const invocation = (name: string) => ({ FunctionName: name, Payload: '{% $states.input %}' })
const payload = '{% $states.result.Payload %}'
const machine = (state: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { ...state, End: true } } })

async function start(client: SFNClient, name: string, definition: string, input: unknown): Promise<string> {
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name, definition, roleArn }))
  const started = await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }))
  return started.executionArn!
}

async function ended(client: SFNClient, executionArn: string): Promise<DescribeExecutionCommandOutput> {
  const isOver = async () => {
    const described = await client.send(new DescribeExecutionCommand({ executionArn }))
    return described.status === 'RUNNING' ? null : described
  }
  return vi.waitUntil(isOver, { timeout: 30_000, interval: 20 })
}

describe('Step Functions by itself', () => {
  it('invokes functions through the wire protocol, and their errors go by their own names', async () => {
    const { client, told } = await serve('--lambda-endpoint', lambdaUrl)
    expect(told).toMatchObject({ region: 'us-east-1', account: '000000000000', data: null })
    expect(told.services).toMatchObject({ lambda: lambdaUrl })
    const doubled = await ended(client, await start(client, 'double', invoking('double'), { n: 21 }))
    expect(doubled).toMatchObject({ status: 'SUCCEEDED', output: '42' })
    const fallen = await ended(client, await start(client, 'fall', invoking('fall'), {}))
    expect(fallen).toMatchObject({ status: 'FAILED', error: 'NoGround' })
    expect(JSON.parse(fallen.cause!)).toMatchObject({ errorMessage: 'fell' })
    const missing = await ended(client, await start(client, 'missing', invoking('missing'), {}))
    expect(missing).toMatchObject({ status: 'FAILED', error: 'Lambda.ResourceNotFoundException' })
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:double'
    const bare = machine({ Type: 'Task', Resource: arn })
    expect((await ended(client, await start(client, 'bare', bare, { n: 2 }))).output).toBe('4')
    expect(asked.at(-1)).toEqual({ name: arn, event: { n: 2 } })
  })

  it('a service that nothing stands in for fails the task and says which setting helps', async () => {
    const { client } = await serve()
    const lambdaLess = await ended(client, await start(client, 'double', invoking('double'), { n: 1 }))
    expect(lambdaLess.cause).toContain('--lambda-endpoint or AWS_ENDPOINT_URL_LAMBDA')
    const getItem = machine({
      Type: 'Task',
      Resource: 'arn:aws:states:::dynamodb:getItem',
      Arguments: { TableName: 't' },
    })
    const tableless = await ended(client, await start(client, 'table', getItem, {}))
    expect(tableless.cause).toContain('--dynamodb-endpoint or AWS_ENDPOINT_URL_DYNAMODB')
  })

  it('with --data, open executions and their tokens outlive kill -9', async () => {
    const data = join(temporaryFolder(), 'data')
    const first = await serve('--data', data, '--lambda-endpoint', lambdaUrl)
    const waiting = machine({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'double', Payload: { n: 1, token: '{% $states.context.Task.Token %}' } },
    })
    const executionArn = await start(first.client, 'waits', waiting, {})
    const call = await vi.waitUntil(() => asked.find(({ event }) => Object(event).token), { timeout: 30_000 })
    // A call whose answer is not on record yet fails at the restart (decision 0023).
    const isSubmitted = async () => {
      const { events } = await first.client.send(new GetExecutionHistoryCommand({ executionArn }))
      return events!.some(({ type }) => type === 'TaskSubmitted')
    }
    await vi.waitUntil(isSubmitted, { timeout: 30_000 })
    first.child.kill('SIGKILL')
    await first.promise
    const second = await serve('--data', data)
    const listed = await second.client.send(new ListStateMachinesCommand({}))
    expect(listed.stateMachines!.map(({ name }) => name)).toEqual(['waits'])
    const taskToken = Object(call.event).token
    await second.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }))
    expect(await ended(second.client, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}' })
  })

  it('Ctrl-C ends it with exit code 0', async () => {
    const server = await serve()
    server.child.kill('SIGINT')
    expect(await server.promise).toMatchObject({ exitCode: 0 })
    expect(server.output.stderr).toContain('nothing is kept')
  })

  it('a folder has one process, and a port too', async () => {
    const data = join(temporaryFolder(), 'data')
    const server = await serve('--data', data)
    const sameFolder = await runCli(['step-functions', '--port', '0', '--data', data])
    expect(sameFolder).toMatchObject({ exitCode: 1, stdout: '' })
    expect(sameFolder.stderr).toContain(`data-folder-in-use: process ${server.child.pid} keeps executions in ${data}`)
    const port = new URL(String(server.told.endpoint)).port
    const samePort = await runCli(['step-functions', '--port', port])
    expect(samePort.exitCode).toBe(1)
    expect(samePort.stderr).toContain(`port-in-use: port ${port}`)
  })

  it('refuses what a web page could send', async () => {
    const { told } = await serve()
    const headers = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines', origin: 'http://example.com' }
    const answer = await fetch(String(told.endpoint), { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ __type: 'AccessDeniedException' })
  })

  it('an address that is none is a mistake on the command line', async () => {
    const refused = await runCli(['step-functions', '--port', '0', '--lambda-endpoint', 'localhost:3001'])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('bad-endpoint: --lambda-endpoint localhost:3001')
  })
})
