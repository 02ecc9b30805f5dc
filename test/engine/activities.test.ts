/** Activities over the wire: workers ask, heartbeat and answer. Source: AWS, "Activities"; events: the service model. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateActivityCommand,
  DeleteActivityCommand,
  DescribeActivityCommand,
  GetActivityTaskCommand,
  ListActivitiesCommand,
  ListTagsForResourceCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  TagResourceCommand,
} from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { expectTree } from './cases.ts'
import { type Harness, startHarness } from './harness.ts'

const activityArn = 'arn:aws:states:us-east-1:111111111111:activity:paint'

let harness: Harness
beforeEach(async () => {
  harness = await startHarness()
  await harness.client.send(new CreateActivityCommand({ name: 'paint' }))
})
afterEach(() => harness.close())

const machine = (more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource: activityArn, End: true, ...more } },
})
const ask = (workerName?: string) =>
  harness.client.send(new GetActivityTaskCommand({ activityArn, ...(workerName && { workerName }) }))

async function pass(seconds: number): Promise<void> {
  harness.clock.advanceTo(harness.clock.now() + seconds * 1000)
  await harness.settle()
}

describe('an activity', () => {
  it('is created once, described, listed, tagged and deleted', async () => {
    const again = await harness.client.send(new CreateActivityCommand({ name: 'paint' }))
    expect(again.activityArn).toBe(activityArn)
    await harness.client.send(new CreateActivityCommand({ name: 'sand' }))
    const described = await harness.client.send(new DescribeActivityCommand({ activityArn }))
    expect(described).toMatchObject({ name: 'paint', activityArn, creationDate: again.creationDate })
    const page = await harness.client.send(new ListActivitiesCommand({ maxResults: 1 }))
    const rest = await harness.client.send(new ListActivitiesCommand({ nextToken: page.nextToken }))
    expect([...page.activities!, ...rest.activities!].map(({ name }) => name)).toEqual(['paint', 'sand'])
    await harness.client.send(new TagResourceCommand({ resourceArn: activityArn, tags: [{ key: 'a', value: 'b' }] }))
    const { tags } = await harness.client.send(new ListTagsForResourceCommand({ resourceArn: activityArn }))
    expect(tags).toEqual([{ key: 'a', value: 'b' }])
    for (let times = 0; times < 2; times++) await harness.client.send(new DeleteActivityCommand({ activityArn }))
    await expect(harness.client.send(new DescribeActivityCommand({ activityArn }))).rejects.toMatchObject({
      name: 'ActivityDoesNotExist',
      message: `Activity Does Not Exist: '${activityArn}'`,
    })
    await expect(ask()).rejects.toMatchObject({ name: 'ActivityDoesNotExist' })
    const badName = new CreateActivityCommand({ name: 'a b' })
    await expect(harness.client.send(badName)).rejects.toThrow("Invalid Name: 'a b'")
  })
})

describe('a task of an activity', () => {
  it('goes to a worker that asks, and ends with its answer', async () => {
    const executionArn = await harness.start(await harness.create(machine()), { wall: 'north' })
    const { taskToken, input } = await ask('ann')
    expect(JSON.parse(input!)).toEqual({ wall: 'north' })
    await harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '"done"' }))
    const finished = await harness.finish(executionArn)
    expect(finished.output).toBe('done')
    expect(finished.events).toEqual([
      'ExecutionStarted',
      'TaskStateEntered:T',
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
      'TaskStateExited:T',
      'ExecutionSucceeded',
    ])
    expect(finished.history[2]!.activityScheduledEventDetails).toMatchObject({ resource: activityArn })
    expect(finished.history[3]!.activityStartedEventDetails).toEqual({ workerName: 'ann' })
    expect(finished.history[4]!.activitySucceededEventDetails).toMatchObject({ output: '"done"' })
    expectTree(finished)
  })

  it('goes to a worker that has been waiting, to one only', async () => {
    const first = ask('ann')
    await harness.settle()
    const second = ask('bob')
    await harness.settle()
    const executionArn = await harness.start(await harness.create(machine()), {})
    const { taskToken } = await first
    expect(taskToken).toBeDefined()
    await pass(60)
    expect((await second).taskToken).toBeUndefined()
    await harness.client.send(new SendTaskFailureCommand({ taskToken, error: 'Dry', cause: 'no paint' }))
    const finished = await harness.finish(executionArn)
    expect(finished).toMatchObject({ status: 'FAILED', error: 'Dry', cause: 'no paint' })
    expect(finished.events.slice(-2)).toEqual(['ActivityFailed', 'ExecutionFailed'])
  })

  it('heartbeats count from the moment a worker has it', async () => {
    const states = machine({
      TimeoutSeconds: 100,
      HeartbeatSeconds: 10,
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
    })
    const executionArn = await harness.start(await harness.create(states), {})
    await harness.settle()
    await pass(50)
    const { taskToken } = await ask()
    await pass(9)
    await harness.client.send(new SendTaskHeartbeatCommand({ taskToken }))
    await pass(9)
    await harness.client.send(new SendTaskHeartbeatCommand({ taskToken }))
    await pass(11)
    await expect(harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    })
    await pass(1)
    const again = await ask()
    expect(again.taskToken).not.toBe(taskToken)
    await harness.client.send(new SendTaskSuccessCommand({ taskToken: again.taskToken, output: '2' }))
    const finished = await harness.finish(executionArn)
    expect(finished.output).toBe(2)
    expect(finished.events).toContain('ActivityTimedOut')
  })

  it('that nobody takes ends with its timeout, and is not given to whoever asks then', async () => {
    const executionArn = await harness.start(await harness.create(machine({ TimeoutSeconds: 5 })), {})
    await harness.settle()
    expect(await harness.finish(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
    const asked = ask()
    await harness.settle()
    await pass(60)
    expect((await asked).taskToken).toBeUndefined()
  })

  it('outlives a restart, whether a worker has it or not', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'stepdag-activities-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    const { clock } = harness
    await harness.close()
    harness = await startHarness({ dataDir, clock })
    await harness.client.send(new CreateActivityCommand({ name: 'paint' }))
    const stateMachineArn = await harness.create(machine())
    const taken = await harness.start(stateMachineArn, 1)
    const { taskToken } = await ask()
    const open = await harness.start(stateMachineArn, 2)
    await harness.settle()
    await harness.close()
    harness = await startHarness({ dataDir, clock })
    const next = await ask()
    expect(next.input).toBe('2')
    for (const token of [taskToken, next.taskToken])
      await harness.client.send(new SendTaskSuccessCommand({ taskToken: token, output: '0' }))
    expect([(await harness.finish(taken)).status, (await harness.finish(open)).status]).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
    ])
  })
})
