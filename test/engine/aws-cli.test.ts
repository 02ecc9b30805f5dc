/** The unmodified AWS CLI drives the local Step Functions. Runs where it is installed; `.ci/run` installs it from PyPI. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { realClock } from '../../local/clock.ts'
import { type StepFunctionsServer, startStepFunctions } from '../../local/step-functions/index.ts'

// Each call starts a Python, beside others on two cores.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const cli = process.env.STEPDAG_AWS_CLI
const reason = 'set STEPDAG_AWS_CLI to the aws command of awscli 1.46.3 (pip install awscli==1.46.3)'

let server: StepFunctionsServer
let home: string
/** What the next call of the function does. */
const lambda = { falls: false }

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'stepdag-aws-cli-'))
  server = await startStepFunctions({
    clock: realClock,
    dataDir: null,
    region: 'us-east-1',
    accountId: '000000000000',
    invokeLambda: async (_, payload) =>
      lambda.falls ? { ok: false, error: 'NoGround', cause: '{}' } : { ok: true, payload },
    callService: async () => ({}),
  })
})
afterAll(async () => {
  await server.close()
  rmSync(home, { recursive: true })
})

type Answer = Readonly<Record<string, unknown>>

/** One command as a user types it, with nothing of this machine's own configuration. */
async function aws(
  command: string,
  options: Readonly<Record<string, string | number | readonly string[]>>,
): Promise<Answer> {
  const given = Object.entries(options).flatMap(([name, value]) => [
    `--${name}`,
    ...(Array.isArray(value) ? value : [String(value)]),
  ])
  const { stdout } = await promisify(execFile)(cli!, ['stepfunctions', command, ...given, '--output', 'json'], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      AWS_ENDPOINT_URL_SFN: server.endpoint,
      AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_PAGER: '',
    },
  })
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Answer) // the CLI prints one JSON object
}

const roleArn = 'arn:aws:iam::000000000000:role/any'
const machine = (state: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { End: true, ...state } } })
const invoking = machine({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
})

async function create(name: string, definition: string): Promise<string> {
  const created = await aws('create-state-machine', { name, definition, 'role-arn': roleArn })
  return String(created.stateMachineArn)
}

async function ended(executionArn: unknown): Promise<Answer> {
  const arn = String(executionArn)
  const isOver = async () => {
    const described = await aws('describe-execution', { 'execution-arn': arn })
    return described.status === 'RUNNING' ? null : described
  }
  return vi.waitUntil(isOver, { timeout: 60_000, interval: 10 })
}

beforeEach((context) => {
  if (!cli) context.skip(reason)
})

describe('aws stepfunctions', () => {
  it('creates, starts, describes, lists and shows histories in pages', async () => {
    const stateMachineArn = await create('invokes', invoking)
    const { executionArn } = await aws('start-execution', {
      'state-machine-arn': stateMachineArn,
      input: '{"n":1}',
      name: 'run',
    })
    expect(await ended(executionArn)).toMatchObject({
      name: 'run',
      status: 'SUCCEEDED',
      output: '{"n":1}',
      stateMachineArn,
    })
    const history = await aws('get-execution-history', { 'execution-arn': String(executionArn), 'page-size': 3 })
    const types = (history.events as Answer[]).map(({ type }) => type)
    expect(types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ])
    const executions = await aws('list-executions', {
      'state-machine-arn': stateMachineArn,
      'status-filter': 'SUCCEEDED',
    })
    expect(executions.executions).toMatchObject([{ name: 'run', status: 'SUCCEEDED', redriveCount: 0 }])
    const machines = await aws('list-state-machines', {})
    expect(machines.stateMachines).toMatchObject([{ name: 'invokes', type: 'STANDARD' }])
    const described = await aws('describe-state-machine', { 'state-machine-arn': stateMachineArn })
    expect(described).toMatchObject({ status: 'ACTIVE', definition: invoking })
  })

  it('stops, and redrives what failed', async () => {
    const waits = await create('waits', machine({ Type: 'Wait', Seconds: 3600 }))
    const { executionArn } = await aws('start-execution', { 'state-machine-arn': waits })
    await aws('stop-execution', { 'execution-arn': String(executionArn), error: 'Enough', cause: 'of it' })
    expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'of it' })
    lambda.falls = true
    const invokes = await create('falls', invoking)
    const failed = await aws('start-execution', { 'state-machine-arn': invokes })
    expect(await ended(failed.executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'NoGround',
      redriveStatus: 'REDRIVABLE',
    })
    lambda.falls = false
    await aws('redrive-execution', { 'execution-arn': String(failed.executionArn) })
    expect(await ended(failed.executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 })
  })

  it('validates definitions and tests states', async () => {
    const good = await aws('validate-state-machine-definition', { definition: invoking })
    expect(good).toMatchObject({ result: 'OK', diagnostics: [] })
    const bad = await aws('validate-state-machine-definition', {
      definition: machine({ Type: 'Pass', End: false, Next: 'B' }),
    })
    expect(bad).toMatchObject({
      result: 'FAIL',
      diagnostics: [
        { severity: 'ERROR', code: 'MISSING_TRANSITION_TARGET', location: '/States/A/Next' },
        { code: 'MISSING_END_STATE' },
      ],
    })
    const definition = JSON.stringify({
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'One' }],
      Default: 'Other',
    })
    const tested = await aws('test-state', {
      definition,
      'role-arn': roleArn,
      input: '{"n":1}',
      'inspection-level': 'DEBUG',
    })
    expect(tested).toMatchObject({ status: 'SUCCEEDED', nextState: 'One', inspectionData: { input: '{"n":1}' } })
  })

  it('publishes, routes through an alias, tags and deletes', async () => {
    const stateMachineArn = await create('ships', machine({ Type: 'Pass', Output: 1 }))
    const { stateMachineVersionArn } = await aws('publish-state-machine-version', {
      'state-machine-arn': stateMachineArn,
    })
    const routing = `stateMachineVersionArn=${stateMachineVersionArn},weight=100`
    const { stateMachineAliasArn } = await aws('create-state-machine-alias', {
      name: 'live',
      'routing-configuration': routing,
    })
    const { executionArn } = await aws('start-execution', { 'state-machine-arn': String(stateMachineAliasArn) })
    expect(await ended(executionArn)).toMatchObject({ stateMachineAliasArn, stateMachineVersionArn })
    await aws('tag-resource', { 'resource-arn': stateMachineArn, tags: ['key=team,value=blue', 'key=cost,value=1'] })
    await aws('untag-resource', { 'resource-arn': stateMachineArn, 'tag-keys': 'cost' })
    expect(await aws('list-tags-for-resource', { 'resource-arn': stateMachineArn })).toEqual({
      tags: [{ key: 'team', value: 'blue' }],
    })
    await aws('delete-state-machine', { 'state-machine-arn': stateMachineArn })
    await expect(aws('describe-state-machine', { 'state-machine-arn': stateMachineArn })).rejects.toThrow(
      /An error occurred \(StateMachineDoesNotExist\) when calling the DescribeStateMachine operation: State Machine Does Not Exist/,
    )
  })

  it('runs an EXPRESS machine to its end in one call', async () => {
    const definition = machine({ Type: 'Pass', Output: '{% $states.input.n + 1 %}' })
    const created = await aws('create-state-machine', {
      name: 'fast',
      definition,
      'role-arn': roleArn,
      type: 'EXPRESS',
    })
    const answer = await aws('start-sync-execution', {
      'state-machine-arn': String(created.stateMachineArn),
      input: '{"n":1}',
    })
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '2', billingDetails: { billedMemoryUsedInMB: 64 } })
  })
})
