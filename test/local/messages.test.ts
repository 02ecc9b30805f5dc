/** SQS, SNS and EventBridge of the local world, driven by the real SDK clients. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import {
  CreateTopicCommand,
  ListSubscriptionsCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from 'vitest'
import { createVirtualClock, type VirtualClock } from '../../local/clock.ts'
import { serveMessages } from '../../local/messages/endpoint.ts'
import { matches, patternProblem } from '../../local/messages/event-pattern.ts'

interface Open {
  readonly sqs: SQSClient
  readonly sns: SNSClient
  readonly events: EventBridgeClient
  readonly clock: VirtualClock
  readonly folder: string
  close(): Promise<void>
}

const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012/reviews'
const folders: string[] = []
const running: Open[] = []
afterEach(async () => {
  for (const open of running.splice(0)) await open.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

async function start(folder = mkdtempSync(join(tmpdir(), 'messages-'))): Promise<Open> {
  folders.push(...(folders.includes(folder) ? [] : [folder]))
  const clock = createVirtualClock(Date.parse('2026-01-05T10:00:00Z'))
  const server = await serveMessages({ folder, clock, region: 'us-east-1', accountId: '000000000000' })
  const settings = {
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  }
  const clients = {
    sqs: new SQSClient(settings),
    sns: new SNSClient(settings),
    events: new EventBridgeClient(settings),
  }
  const close = () => {
    for (const client of Object.values(clients)) client.destroy()
    return server.close()
  }
  const open = { ...clients, clock, folder, close }
  running.push(open)
  return open
}

const send = ({ sqs }: Open, MessageBody: string, QueueUrl = queue) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))

async function receive({ sqs }: Open, more: object = {}): Promise<Message[]> {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, ...more }))
  return Messages ?? []
}

const bodies = async (open: Open, more?: object) => (await receive(open, more)).map(({ Body }) => Body)

describe('a queue', () => {
  it('gives what was sent, in order, and nothing after it was deleted', async () => {
    const open = await start()
    await send(open, 'one')
    await send(open, 'two ü')
    const received = await receive(open)
    expect(received.map(({ Body }) => Body)).toEqual(['one', 'two ü'])
    for (const { ReceiptHandle } of received) {
      await open.sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }))
    }
    open.clock.advanceTo(open.clock.now() + 3_600_000)
    expect(await bodies(open)).toEqual([])
  })

  it('hides a received message until its time is over, then gives it again', async () => {
    const open = await start()
    await send(open, 'again')
    expect(await bodies(open, { VisibilityTimeout: 60 })).toEqual(['again'])
    expect(await bodies(open)).toEqual([])
    open.clock.advanceTo(open.clock.now() + 60_000)
    const [message] = await receive(open, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] })
    expect(message?.Attributes?.ApproximateReceiveCount).toBe('2')
  })

  it('forgets an old receipt: deleting with it deletes nothing, hiding with it is refused', async () => {
    const open = await start()
    await send(open, 'm')
    const [first] = await receive(open, { VisibilityTimeout: 1 })
    open.clock.advanceTo(open.clock.now() + 1_000)
    await receive(open, { VisibilityTimeout: 1 })
    const old = { QueueUrl: queue, ReceiptHandle: first!.ReceiptHandle! }
    await open.sqs.send(new DeleteMessageCommand(old))
    await expect(
      open.sqs.send(new ChangeMessageVisibilityCommand({ ...old, VisibilityTimeout: 0 })),
    ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' })
    open.clock.advanceTo(open.clock.now() + 1_000)
    expect(await bodies(open)).toEqual(['m'])
  })

  it('lets a receiver wait for the first message', async () => {
    const open = await start()
    const waiting = bodies(open, { WaitTimeSeconds: 20 })
    await send(open, 'at last')
    expect(await waiting).toEqual(['at last'])
  })

  it('keeps messages on disk: after a restart what was not deleted comes again', async () => {
    const before = await start()
    await send(before, 'token')
    expect(await bodies(before)).toEqual(['token'])
    await before.close()
    running.splice(0)
    expect(await bodies(await start(before.folder))).toEqual(['token'])
  })

  it('is one queue by name, whatever its URL, and delays what shall be delayed', async () => {
    const open = await start()
    const { QueueUrl } = await open.sqs.send(new CreateQueueCommand({ QueueName: 'reviews' }))
    const batch = {
      QueueUrl,
      Entries: [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'b', MessageBody: 'y', DelaySeconds: 5 },
      ],
    }
    expect((await open.sqs.send(new SendMessageBatchCommand(batch))).Successful).toHaveLength(2)
    expect(await bodies(open)).toEqual(['x'])
    const { Attributes } = await open.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    expect(Attributes).toMatchObject({ QueueArn: 'arn:aws:sqs:us-east-1:000000000000:reviews' })
    open.clock.advanceTo(open.clock.now() + 5_000)
    expect(await bodies(open)).toEqual(['y'])
  })

  it('refuses names that are none, and says what it does not serve', async () => {
    const open = await start()
    await expect(send(open, 'm', 'https://sqs/1/no name')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(receive(open, { WaitTimeSeconds: 21 })).rejects.toThrow(/Must be between 0 and 20/)
  })
})

describe('a topic', () => {
  it('tells its queues, with an envelope or raw', async () => {
    const open = await start()
    const { TopicArn } = await open.sns.send(new CreateTopicCommand({ Name: 'merged' }))
    const subscribe = (name: string, Attributes?: Record<string, string>) =>
      open.sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'sqs',
          Endpoint: `arn:aws:sqs:us-east-1:000000000000:${name}`,
          ...(Attributes ? { Attributes } : {}),
        }),
      )
    await subscribe('reviews', { RawMessageDelivery: 'true' })
    await subscribe('letters')
    const { MessageId } = await open.sns.send(new PublishCommand({ TopicArn, Message: '<a & b>' }))
    expect(await bodies(open)).toEqual(['<a & b>'])
    const [letter] = await receive(open, { QueueUrl: 'letters' })
    expect(JSON.parse(letter!.Body!)).toMatchObject({ Type: 'Notification', MessageId, TopicArn, Message: '<a & b>' })
    expect((await open.sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toHaveLength(2)
    await expect(
      open.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@b' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })
})

describe('a bus', () => {
  it('takes events, keeps them, and tells queues of what matches a rule', async () => {
    const open = await start()
    const rule = {
      Name: 'big',
      EventPattern: JSON.stringify({ source: ['shop'], detail: { n: [{ numeric: ['>', 5] }] } }),
    }
    await open.events.send(new PutRuleCommand(rule))
    const Targets = [{ Id: 'q', Arn: 'arn:aws:sqs:us-east-1:000000000000:reviews' }]
    await open.events.send(new PutTargetsCommand({ Rule: 'big', Targets }))
    const event = (n: number) => ({
      Source: 'shop',
      DetailType: 'order',
      Detail: JSON.stringify({ n }),
      Resources: ['r'],
    })
    const put = await open.events.send(new PutEventsCommand({ Entries: [event(6), event(1)] }))
    expect(put.FailedEntryCount).toBe(0)
    const [told] = await receive(open)
    expect(JSON.parse(told!.Body!)).toMatchObject({
      source: 'shop',
      'detail-type': 'order',
      detail: { n: 6 },
      resources: ['r'],
    })
    expect(await bodies(open)).toEqual([])
    expect(readFileSync(join(open.folder, 'events.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it('counts entries that it cannot take', async () => {
    const { events } = await start()
    const Entries = [
      { Source: 's', DetailType: 'd', Detail: 'no json' },
      { Source: 's', Detail: '{}' },
    ]
    const answer = await events.send(new PutEventsCommand({ Entries }))
    expect(answer.FailedEntryCount).toBe(2)
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(['MalformedDetail', 'InvalidArgument'])
  })

  it.each([
    [{ a: ['x'] }, { a: 'x' }, true],
    [{ a: ['x'] }, { a: ['y', 'x'] }, true],
    [{ a: ['x'] }, {}, false],
    [{ a: { b: [{ prefix: 'x' }] } }, { a: { b: 'xy' } }, true],
    [{ a: [{ suffix: '.txt' }] }, { a: 'b.txt' }, true],
    [{ a: [{ exists: false }] }, {}, true],
    [{ a: [{ exists: true }] }, {}, false],
    [{ a: [{ 'anything-but': ['x'] }] }, { a: 'y' }, true],
    [{ a: [{ 'anything-but': 'x' }] }, { a: 'x' }, false],
    [{ a: [{ 'equals-ignore-case': 'X' }] }, { a: 'x' }, true],
    [{ a: [{ numeric: ['>=', 1, '<', 3] }] }, { a: 3 }, false],
    [{ a: [{ numeric: ['=', 2] }] }, { a: 2 }, true],
    [{ a: [null] }, { a: null }, true],
  ])('matches by pattern: %j with %j is %s', (pattern, event, expected) => {
    expect(patternProblem(pattern)).toBeNull()
    expect(matches(pattern, event)).toBe(expected)
  })

  it.each([[{}], [{ a: 'x' }], [{ a: [{ cidr: '10.0.0.0/8' }] }], [undefined]])('refuses the pattern %j', (pattern) => {
    expect(patternProblem(pattern)).toEqual(expect.any(String))
  })
})
