/** The API as the unmodified SDK client sees it: names, idempotency, versions, pages, errors. */
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidExecutionInput,
  InvalidName,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StateMachineAlreadyExists,
  StateMachineDoesNotExist,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, startHarness } from './harness.ts'

const wait = (seconds: number) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: seconds, End: true } },
})
const pass = (output: unknown) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'P',
  States: { P: { Type: 'Pass', Output: output, End: true } },
})
const role = 'arn:aws:iam::111111111111:role/role'

let harness: Harness
beforeEach(async () => {
  harness = await startHarness()
})
afterEach(() => harness.close())

describe('state machines', () => {
  it('are created once per name, definition and role', async () => {
    const arn = await harness.create(pass(1), 'one')
    expect(arn).toBe('arn:aws:states:us-east-1:111111111111:stateMachine:one')
    expect(await harness.create(pass(1), 'one')).toBe(arn)
    await expect(harness.create(pass(2), 'one')).rejects.toBeInstanceOf(StateMachineAlreadyExists)
    const otherRole = { name: 'one', definition: JSON.stringify(pass(1)), roleArn: `${role}2` }
    const again = await harness.client.send(new CreateStateMachineCommand(otherRole))
    expect(again.stateMachineArn).toBe(arn)
    await expect(harness.create(pass(2), 'no good')).rejects.toBeInstanceOf(InvalidName)
  })

  it('are described with definition and revision', async () => {
    const stateMachineArn = await harness.create(pass(1), 'one')
    const described = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }))
    expect(described).toMatchObject({
      name: 'one',
      status: 'ACTIVE',
      type: 'STANDARD',
      roleArn: role,
      definition: JSON.stringify(pass(1)),
    })
    const missing = new DescribeStateMachineCommand({ stateMachineArn: `${stateMachineArn}x` })
    await expect(harness.client.send(missing)).rejects.toBeInstanceOf(StateMachineDoesNotExist)
    await expect(harness.client.send(new DescribeStateMachineCommand({ stateMachineArn: 'x' }))).rejects.toBeInstanceOf(
      InvalidArn,
    )
  })

  it('are listed in pages', async () => {
    for (const name of ['a', 'b', 'c']) await harness.create(pass(1), name)
    const first = await harness.client.send(new ListStateMachinesCommand({ maxResults: 2 }))
    const second = await harness.client.send(
      new ListStateMachinesCommand({ maxResults: 2, nextToken: first.nextToken }),
    )
    expect([...first.stateMachines!, ...second.stateMachines!].map((one) => one.name)).toEqual(['a', 'b', 'c'])
    expect(second.nextToken).toBeUndefined()
  })

  it('keep running executions on the definition they started with', async () => {
    const stateMachineArn = await harness.create(wait(50), 'one')
    const before = await harness.start(stateMachineArn)
    await harness.client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(pass('new')) }),
    )
    expect((await harness.finish(await harness.start(stateMachineArn))).output).toBe('new')
    const described = await harness.client.send(new DescribeStateMachineForExecutionCommand({ executionArn: before }))
    expect(described.definition).toBe(JSON.stringify(wait(50)))
    expect((await harness.finish(before)).output).toEqual({})
  })

  it('publish one version per revision, and a version keeps its definition', async () => {
    const stateMachineArn = await harness.create(pass('old'), 'one')
    const publish = () => harness.client.send(new PublishStateMachineVersionCommand({ stateMachineArn }))
    const first = (await publish()).stateMachineVersionArn!
    expect((await publish()).stateMachineVersionArn).toBe(first)
    const updated = await harness.client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(pass('new')), publish: true }),
    )
    expect(updated.stateMachineVersionArn).toBe(`${stateMachineArn}:2`)
    const same = await harness.client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(pass('new')), publish: true }),
    )
    expect(same).toMatchObject({ revisionId: updated.revisionId, stateMachineVersionArn: `${stateMachineArn}:2` })
    const versions = await harness.client.send(new ListStateMachineVersionsCommand({ stateMachineArn }))
    expect(versions.stateMachineVersions!.map((one) => one.stateMachineVersionArn)).toEqual([
      `${stateMachineArn}:2`,
      first,
    ])
    const old = await harness.finish(await harness.start(first))
    expect(old.output).toBe('old')
    const described = await harness.client.send(new DescribeExecutionCommand({ executionArn: old.arn }))
    expect(described).toMatchObject({ stateMachineArn, stateMachineVersionArn: first })
  })

  it('that are deleted fail their open executions at the next transition', async () => {
    const stateMachineArn = await harness.create(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'W',
        States: { W: { Type: 'Wait', Seconds: 5, Next: 'P' }, P: { Type: 'Pass', End: true } },
      },
      'one',
    )
    const arn = await harness.start(stateMachineArn)
    await harness.client.send(new DeleteStateMachineCommand({ stateMachineArn }))
    expect(await harness.finish(arn)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: /has been deleted/,
    })
  })
})

describe('executions', () => {
  it('are idempotent by name while they run with the same input', async () => {
    const machine = await harness.create(wait(5), 'one')
    const arn = await harness.start(machine, { a: 1 }, 'run')
    expect(arn).toBe('arn:aws:states:us-east-1:111111111111:execution:one:run')
    expect(await harness.start(machine, { a: 1 }, 'run')).toBe(arn)
    await expect(harness.start(machine, { a: 2 }, 'run')).rejects.toBeInstanceOf(ExecutionAlreadyExists)
    await harness.finish(arn)
    await expect(harness.start(machine, { a: 1 }, 'run')).rejects.toBeInstanceOf(ExecutionAlreadyExists)
  })

  it('refuse input that is no JSON, input that is too large, and bad names', async () => {
    const stateMachineArn = await harness.create(pass(1), 'one')
    const start = (input: string, name = 'n') =>
      harness.client.send(new StartExecutionCommand({ stateMachineArn, input, name }))
    await expect(start('{')).rejects.toBeInstanceOf(InvalidExecutionInput)
    await expect(start(JSON.stringify('é'.repeat(140_000)))).rejects.toBeInstanceOf(InvalidExecutionInput)
    await expect(start(JSON.stringify('a'.repeat(262_144)))).rejects.toThrow(
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    )
    await expect(start('{}', 'a:b')).rejects.toBeInstanceOf(InvalidName)
  })

  it('are listed newest first, by status, in pages', async () => {
    const stateMachineArn = await harness.create(wait(5), 'one')
    for (const name of ['a', 'b', 'c']) {
      await harness.start(stateMachineArn, {}, name)
      harness.clock.advanceTo(harness.clock.now() + 2000)
      await harness.settle()
    }
    const list = async (more: object) =>
      await harness.client.send(new ListExecutionsCommand({ stateMachineArn, ...more }))
    expect((await list({})).executions!.map((one) => [one.name, one.status])).toEqual([
      ['c', 'RUNNING'],
      ['b', 'RUNNING'],
      ['a', 'SUCCEEDED'],
    ])
    expect((await list({ statusFilter: 'SUCCEEDED' })).executions!.map((one) => one.name)).toEqual(['a'])
    const page = await list({ maxResults: 2 })
    expect((await list({ maxResults: 2, nextToken: page.nextToken })).executions!.map((one) => one.name)).toEqual(['a'])
  })

  it('are listed by whether they were redriven, and described without their data', async () => {
    const fail = { QueryLanguage: 'JSONata', StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } }
    const stateMachineArn = await harness.create(fail)
    for (const name of ['a', 'b']) await harness.finish(await harness.start(stateMachineArn, { secret: 1 }, name))
    const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:machine-0:a'
    await harness.client.send(new RedriveExecutionCommand({ executionArn }))
    await harness.finish(executionArn)
    const list = async (redriveFilter: 'REDRIVEN' | 'NOT_REDRIVEN') =>
      (await harness.client.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }))).executions!
    expect((await list('REDRIVEN')).map(({ name, redriveCount }) => [name, redriveCount])).toEqual([['a', 1]])
    expect((await list('NOT_REDRIVEN')).map(({ name }) => name)).toEqual(['b'])
    const bare = new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' })
    const described = await harness.client.send(bare)
    expect(described).toMatchObject({ status: 'FAILED', redriveCount: 1, inputDetails: { included: false } })
    expect([described.input, described.error]).toEqual([undefined, undefined])
  })

  it('show their history in pages and in reverse', async () => {
    const { arn } = await harness.run(pass(1))
    const page = await harness.client.send(
      new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true, maxResults: 2 }),
    )
    expect(page.events!.map((event) => event.type)).toEqual(['ExecutionSucceeded', 'PassStateExited'])
    const rest = await harness.client.send(
      new GetExecutionHistoryCommand({ executionArn: arn, reverseOrder: true, nextToken: page.nextToken }),
    )
    expect(rest.events!.map((event) => event.id)).toEqual([2, 1])
  })

  it('announce every status change after it is readable', async () => {
    const { arn } = await harness.run(pass(1))
    expect(harness.changes.map((change) => [change.executionArn, change.status])).toEqual([
      [arn, 'RUNNING'],
      [arn, 'SUCCEEDED'],
    ])
    expect(harness.changes[1]).toMatchObject({ output: '1', input: '{}', error: null })
  })

  it('that do not exist are named in the error', async () => {
    const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:one:none'
    await expect(harness.client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toBeInstanceOf(
      ExecutionDoesNotExist,
    )
    await expect(harness.client.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toThrow(executionArn)
  })
})

it('an operation that is not served is refused with the ones that are', async () => {
  const headers = { 'x-amz-target': 'AWSStepFunctions.FlyToTheMoon' }
  const response = await fetch(harness.endpoint, { method: 'POST', headers, body: '{}' })
  expect(await response.json()).toMatchObject({
    __type: 'UnknownOperationException',
    message: expect.stringMatching(/FlyToTheMoon is not served locally; CreateStateMachine/),
  })
})

it('a body that is no JSON is refused', async () => {
  const headers = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' }
  const response = await fetch(harness.endpoint, { method: 'POST', headers, body: '[' })
  expect([response.status, (await response.json()) as unknown]).toMatchObject([
    400,
    { __type: 'SerializationException' },
  ])
})
