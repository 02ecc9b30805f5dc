/** Aliases and versions over the wire. Words of errors: recorded on AWS. */
import {
  CreateStateMachineAliasCommand,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Harness, startHarness } from './harness.ts'

const pass = (output: unknown) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'P',
  States: { P: { Type: 'Pass', Output: output, End: true } },
})

let harness: Harness
let stateMachineArn: string
const dice = { next: 0 }
beforeEach(async () => {
  harness = await startHarness({ random: () => dice.next })
  stateMachineArn = await harness.create(pass('first'), 'one')
  await harness.client.send(new PublishStateMachineVersionCommand({ stateMachineArn, description: 'the first' }))
  const definition = JSON.stringify(pass('second'))
  await harness.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition, publish: true }))
})
afterEach(() => harness.close())

const route = (...weights: readonly number[]) =>
  weights.map((weight, index) => ({ stateMachineVersionArn: `${stateMachineArn}:${index + 1}`, weight }))
const create = (name: string, routingConfiguration: ReturnType<typeof route>, description?: string) =>
  harness.client.send(
    new CreateStateMachineAliasCommand({ name, routingConfiguration, ...(description && { description }) }),
  )

describe('an alias', () => {
  it('is created once, described, updated and deleted', async () => {
    const { stateMachineAliasArn } = await create('live', route(100), 'what runs')
    expect(stateMachineAliasArn).toBe(`${stateMachineArn}:live`)
    expect((await create('live', route(100), 'what runs')).stateMachineAliasArn).toBe(stateMachineAliasArn)
    await expect(create('live', route(50, 50), 'what runs')).rejects.toMatchObject({
      name: 'ConflictException',
      message:
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    })
    const routingConfiguration = route(50, 50)
    await harness.client.send(new UpdateStateMachineAliasCommand({ stateMachineAliasArn, routingConfiguration }))
    const described = await harness.client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn }))
    expect(described).toMatchObject({
      name: 'live',
      description: 'what runs',
      routingConfiguration,
      stateMachineAliasArn,
    })
    const list = async (arn: string) =>
      (await harness.client.send(new ListStateMachineAliasesCommand({ stateMachineArn: arn }))).stateMachineAliases!
        .length
    await create('old', route(100))
    expect([await list(stateMachineArn), await list(`${stateMachineArn}:2`)]).toEqual([2, 1])
    const remove = () => harness.client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }))
    await remove()
    await remove()
    const update = new UpdateStateMachineAliasCommand({ stateMachineAliasArn, description: 'gone' })
    await expect(harness.client.send(update)).rejects.toMatchObject({
      name: 'ResourceNotFound',
      message: 'Request references a resource that does not exist.',
    })
  })

  it('shares the starts by weight, and its executions know it', async () => {
    const { stateMachineAliasArn } = await create('live', route(30, 70))
    const start = async (roll: number) => {
      dice.next = roll
      return harness.finish(await harness.start(stateMachineAliasArn!))
    }
    expect([(await start(0.29)).output, (await start(0.3)).output]).toEqual(['first', 'second'])
    const { arn, history } = await start(0.99)
    const described = await harness.client.send(new DescribeExecutionCommand({ executionArn: arn }))
    const through = { stateMachineAliasArn, stateMachineVersionArn: `${stateMachineArn}:2` }
    expect(described).toMatchObject({ stateMachineArn, ...through })
    expect(history[0]!.executionStartedEventDetails).toMatchObject(through)
    await harness.finish(await harness.start(stateMachineArn))
    const list = async (arnOf: string) =>
      (await harness.client.send(new ListExecutionsCommand({ stateMachineArn: arnOf }))).executions!
    expect(await list(stateMachineArn)).toHaveLength(4)
    expect(await list(stateMachineAliasArn!)).toHaveLength(3)
    expect(await list(`${stateMachineArn}:1`)).toHaveLength(1)
    expect((await list(stateMachineAliasArn!))[0]).toMatchObject(through)
  })

  it('that does not exist cannot be started', async () => {
    const start = new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}:nobody` })
    await expect(harness.client.send(start)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' })
  })

  it.each<[string, () => ReturnType<typeof route>, string]>([
    [
      'that is the machine',
      () => [{ stateMachineVersionArn: stateMachineArn, weight: 100 }],
      'must contain state machine version ARNs. Received: [',
    ],
    [
      'given twice',
      () => [route(50)[0]!, route(50)[0]!],
      'must contain distinct state machine version ARNs. Received: [',
    ],
    [
      'with too little weight',
      () => route(70, 29),
      'Sum of routing configuration weights must equal 100. Received: [70, 29]',
    ],
    [
      'with too much weight',
      () => route(101),
      "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100",
    ],
    [
      'beside two others',
      () => route(50, 30, 20),
      "'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
  ])('refuses a version %s', async (_, routes, reason) => {
    await expect(create('live', routes())).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(reason),
    })
  })

  it.each(['123', 'INVALID ALIAS', '!INVALID'])('refuses the name %s', async (name) => {
    await expect(create(name, route(100))).rejects.toThrow(
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$`,
    )
  })
})

describe('a version', () => {
  it('is described, and the machine itself is at its first revision until it is updated', async () => {
    const describe = (arn: string) => harness.client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))
    expect(await describe(`${stateMachineArn}:1`)).toMatchObject({ description: 'the first', status: 'ACTIVE' })
    expect((await describe(`${stateMachineArn}:1`)).revisionId).toBeUndefined()
    expect((await describe(stateMachineArn)).revisionId).toBe((await describe(`${stateMachineArn}:2`)).revisionId)
    const metadata = new DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' })
    expect((await harness.client.send(metadata)).definition).toBeUndefined()
  })

  it('is published at the revision that was meant, or not at all', async () => {
    const other = new PublishStateMachineVersionCommand({ stateMachineArn, revisionId: 'INITIAL' })
    await expect(harness.client.send(other)).rejects.toMatchObject({
      name: 'ConflictException',
      message: expect.stringMatching(/^Failed to publish the State Machine version for revision INITIAL\. The current/),
    })
  })

  it('cannot be deleted while an alias leads to it', async () => {
    const { stateMachineAliasArn } = await create('live', route(100))
    const remove = () =>
      harness.client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: `${stateMachineArn}:1` }))
    await expect(remove()).rejects.toMatchObject({
      name: 'ConflictException',
      message:
        'Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]',
    })
    await harness.client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }))
    await remove()
    await remove()
    const { stateMachineVersions } = await harness.client.send(new ListStateMachineVersionsCommand({ stateMachineArn }))
    expect(stateMachineVersions!.map((one) => one.stateMachineVersionArn)).toEqual([`${stateMachineArn}:2`])
  })
})
