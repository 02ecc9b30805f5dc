/** Operations of Amazon SNS (query protocol) for topics whose subscribers are queues. Source: "Amazon SNS API Reference". */
import { randomUUID } from 'node:crypto'
import { MessageError, type Request, textOf } from './message-error.ts'
import { type Queues, queueName } from './queues.ts'
import type { Subscription, SubscriptionFile } from './subscriptions.ts'

export interface SnsAround {
  readonly queues: Queues
  readonly subscriptions: SubscriptionFile
  readonly now: () => number
  readonly region: string
  readonly accountId: string
}

/** Answers are objects of texts and of lists of such objects, rendered as XML by the endpoint. */
export type SnsAnswer = Readonly<Record<string, string | readonly Readonly<Record<string, string>>[]>>

type Operation = (around: SnsAround, request: Request) => SnsAnswer

export const snsOperations: Readonly<Record<string, Operation>> = {
  CreateTopic({ subscriptions, region, accountId }, request) {
    const arn = `arn:aws:sns:${region}:${accountId}:${textOf(request, 'Name')}`
    if (!subscriptions.current.topics.includes(arn)) subscriptions.current.topics.push(arn)
    subscriptions.save()
    return { TopicArn: arn }
  },
  ListTopics: ({ subscriptions }) => ({ Topics: subscriptions.current.topics.map((TopicArn) => ({ TopicArn })) }),
  Subscribe: subscribe,
  Unsubscribe({ subscriptions }, request) {
    const arn = textOf(request, 'SubscriptionArn')
    subscriptions.current.subscriptions = subscriptions.current.subscriptions.filter((one) => one.arn !== arn)
    subscriptions.save()
    return {}
  },
  ListSubscriptions: ({ subscriptions }) => ({
    Subscriptions: subscriptions.current.subscriptions.map(({ arn, topicArn, queueArn }) => ({
      SubscriptionArn: arn,
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queueArn,
    })),
  }),
  Publish: publish,
}

function subscribe({ subscriptions }: SnsAround, request: Request): SnsAnswer {
  const topicArn = textOf(request, 'TopicArn')
  if (request.Protocol !== 'sqs') {
    throw new MessageError('InvalidParameter', 'Invalid parameter: Protocol; the local world delivers to sqs only.')
  }
  const queueArn = textOf(request, 'Endpoint')
  queueName(queueArn)
  const isRaw = attributesOf(request).RawMessageDelivery === 'true'
  const { current } = subscriptions
  const present = current.subscriptions.find((one) => one.topicArn === topicArn && one.queueArn === queueArn)
  // Subscribing again is the same subscription, as on AWS.
  const arn = present?.arn ?? `${topicArn}:${randomUUID()}`
  current.subscriptions = [
    ...current.subscriptions.filter((one) => one !== present),
    { arn, topicArn, queueArn, isRaw },
  ]
  if (!current.topics.includes(topicArn)) current.topics.push(topicArn)
  subscriptions.save()
  return { SubscriptionArn: arn }
}

/** A topic that somebody names is there, as queues are; without subscribers its messages go nowhere, as on AWS. */
function publish(around: SnsAround, request: Request): SnsAnswer {
  const topicArn = textOf(request, request.TopicArn === undefined ? 'TargetArn' : 'TopicArn')
  const message = textOf(request, 'Message')
  const id = randomUUID()
  for (const one of around.subscriptions.current.subscriptions.filter((other) => other.topicArn === topicArn)) {
    const body = one.isRaw ? message : envelope(around, one, { id, message, subject: request.Subject })
    around.queues.at(one.queueArn).send({ body, attributes: {}, delaySeconds: 0 })
  }
  return { MessageId: id }
}

function envelope(
  { now }: SnsAround,
  { topicArn, arn }: Subscription,
  { id, message, subject }: { readonly id: string; readonly message: string; readonly subject: unknown },
): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    ...(typeof subject === 'string' ? { Subject: subject } : {}),
    Message: message,
    Timestamp: new Date(now()).toISOString(),
    UnsubscribeURL: `?Action=Unsubscribe&SubscriptionArn=${arn}`,
  })
}

/** `Attributes.entry.1.key=…&Attributes.entry.1.value=…` */
function attributesOf(request: Request): Readonly<Record<string, unknown>> {
  const names = Object.keys(request).filter((name) => /^Attributes\.entry\.\d+\.key$/.test(name))
  return Object.fromEntries(names.map((name) => [request[name], request[name.replace(/key$/, 'value')]]))
}
