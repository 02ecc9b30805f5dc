/** Tags, deletion and names that are free again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListTagsForResourceCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Harness, startHarness } from './harness.ts'

const wait = (seconds: number) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: seconds, Next: 'P' }, P: { Type: 'Pass', End: true } },
})
const roleArn = 'arn:aws:iam::111111111111:role/role'

let harness: Harness
beforeEach(async () => {
  harness = await startHarness()
})
afterEach(() => harness.close())

describe('tags', () => {
  it('are given at creation, added, replaced and taken away', async () => {
    const tags = [{ key: 'team', value: 'blue' }]
    const definition = JSON.stringify(wait(1))
    const created = await harness.client.send(new CreateStateMachineCommand({ name: 'one', definition, roleArn, tags }))
    const resourceArn = created.stateMachineArn!
    const more = [
      { key: 'team', value: 'red' },
      { key: 'cost', value: '' },
    ]
    await harness.client.send(new TagResourceCommand({ resourceArn, tags: more }))
    const list = async () => (await harness.client.send(new ListTagsForResourceCommand({ resourceArn }))).tags
    expect(await list()).toEqual(more)
    await harness.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'other'] }))
    expect(await list()).toEqual([{ key: 'cost', value: '' }])
  })

  it('are at most fifty, and versions have none', async () => {
    const resourceArn = await harness.create(wait(1), 'one')
    const many = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: 'v' }))
    const tag = (arn: string, tags: typeof many) =>
      harness.client.send(new TagResourceCommand({ resourceArn: arn, tags }))
    await expect(tag(resourceArn, many)).rejects.toMatchObject({ name: 'TooManyTags' })
    await tag(resourceArn, many.slice(0, 50))
    await expect(tag(resourceArn, many.slice(50))).rejects.toMatchObject({ name: 'TooManyTags' })
    await expect(tag(`${resourceArn}:1`, [])).rejects.toMatchObject({
      name: 'ResourceNotFound',
      message: `Resource not found: '${resourceArn}:1'`,
    })
  })
})

describe('a machine that is deleted', () => {
  it('is DELETING while an execution runs, starts and changes nothing meanwhile, and is gone with it', async () => {
    const stateMachineArn = await harness.create(wait(5), 'one')
    const executionArn = await harness.start(stateMachineArn)
    await harness.settle()
    const remove = () => harness.client.send(new DeleteStateMachineCommand({ stateMachineArn }))
    await remove()
    await remove()
    const describe = () => harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }))
    expect((await describe()).status).toBe('DELETING')
    const refused = { name: 'StateMachineDeleting' }
    await expect(harness.client.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject(refused)
    await expect(
      harness.client.send(new UpdateStateMachineCommand({ stateMachineArn, roleArn })),
    ).rejects.toMatchObject(refused)
    await expect(harness.create(wait(5), 'one')).rejects.toMatchObject(refused)
    const finished = await harness.finish(executionArn)
    expect(finished).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
    expect(finished.cause).toContain('has been deleted')
    await expect(describe()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' })
    expect(await harness.create(wait(6), 'one')).toBe(stateMachineArn)
  })

  it('is gone at once without executions', async () => {
    const stateMachineArn = await harness.create(wait(5), 'one')
    await harness.client.send(new DeleteStateMachineCommand({ stateMachineArn }))
    await expect(harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toThrow(
      /Does Not Exist/,
    )
  })
})

describe('a machine that is described', () => {
  const described = async (definition: object) => {
    const stateMachineArn = await harness.create(definition)
    return (await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }))).variableReferences
  }
  const state = (fields: object) => ({ Type: 'Pass', Next: 'Z', ...fields })

  it('names the variables that its JSONPath states read', async () => {
    const States = {
      A: state({ Assign: { guess: 1 }, Parameters: { x: '$guess', 'id.$': '$$.Execution.Id' }, Next: 'B' }),
      B: {
        Type: 'Choice',
        Choices: [{ Variable: '$guess', NumericEqualsPath: '$answer', Next: 'M' }],
        Default: 'Z',
      },
      M: {
        ...state({ Type: 'Map', ItemsPath: '$items.list' }),
        ItemProcessor: {
          StartAt: 'S',
          States: { S: { Type: 'Pass', Assign: { 'sum.$': 'States.MathAdd($x, $bias)' }, End: true } },
        },
      },
      Z: { Type: 'Succeed' },
    }
    expect(await described({ StartAt: 'A', States })).toEqual({
      B: ['answer', 'guess'],
      M: ['items'],
      S: ['bias', 'x'],
    })
  })

  it('names the variables that its JSONata states read, and nothing that an expression brings itself', async () => {
    const Output = '{% ($own := $sum($list); $map($list, function($n) { $n + $own + $states.input.a }) & "$text") %}'
    const States = { A: state({ Output }), Z: { Type: 'Succeed', Output: '{% $states.input %}' } }
    expect(await described({ QueryLanguage: 'JSONata', StartAt: 'A', States })).toEqual({ A: ['list'] })
  })

  it('shows no variables when there are none', async () => {
    expect(await described({ StartAt: 'Z', States: { Z: { Type: 'Succeed' } } })).toBeUndefined()
  })
})

it('everything of a machine outlives a restart, and one in deletion is gone when its last execution is', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'stepdag-machines-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const { clock } = harness
  await harness.close()
  harness = await startHarness({ dataDir, clock })
  const kept = await harness.create(wait(1), 'kept')
  await harness.client.send(new PublishStateMachineVersionCommand({ stateMachineArn: kept }))
  const routingConfiguration = [{ stateMachineVersionArn: `${kept}:1`, weight: 100 }]
  await harness.client.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }))
  await harness.client.send(new TagResourceCommand({ resourceArn: kept, tags: [{ key: 'a', value: 'b' }] }))
  const doomed = await harness.create(wait(5), 'doomed')
  const executionArn = await harness.start(doomed)
  await harness.settle()
  await harness.client.send(new DeleteStateMachineCommand({ stateMachineArn: doomed }))
  await harness.close()
  harness = await startHarness({ dataDir, clock })
  const alias = new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${kept}:live` })
  expect((await harness.client.send(alias)).routingConfiguration).toEqual(routingConfiguration)
  const tags = await harness.client.send(new ListTagsForResourceCommand({ resourceArn: kept }))
  expect(tags.tags).toEqual([{ key: 'a', value: 'b' }])
  const describe = () => harness.client.send(new DescribeStateMachineCommand({ stateMachineArn: doomed }))
  expect((await describe()).status).toBe('DELETING')
  expect((await harness.finish(executionArn)).status).toBe('FAILED')
  await expect(describe()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' })
})

describe('the name of an execution', () => {
  const days = 86_400_000
  const nextDay = async (count: number) => {
    harness.clock.advanceTo(harness.clock.now() + count * days)
    await harness.settle()
  }

  it.each(['memory', 'disk'])('is free again 90 days after it closed, in %s', async (place) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'stepdag-names-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    await harness.close()
    harness = await startHarness(place === 'disk' ? { dataDir } : {})
    const stateMachineArn = await harness.create(wait(1), 'one')
    const { arn } = await harness.finish(await harness.start(stateMachineArn, { n: 1 }, 'run'))
    await nextDay(90)
    await expect(harness.start(stateMachineArn, { n: 2 }, 'run')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    })
    await nextDay(1)
    expect(await harness.start(stateMachineArn, { n: 2 }, 'run')).toBe(arn)
    const finished = await harness.finish(arn)
    expect([finished.status, finished.output]).toEqual(['SUCCEEDED', { n: 2 }])
    expect(finished.history[0]!.id).toBe(1)
    const described = await harness.client.send(new DescribeExecutionCommand({ executionArn: arn }))
    expect(described.input).toBe('{"n":2}')
  })
})
