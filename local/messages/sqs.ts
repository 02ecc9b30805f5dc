/** Operations of Amazon SQS (JSON protocol) on the local queues. Source: "Amazon SQS API Reference". */
import { createHash } from 'node:crypto'
import { listOf, MessageError, numberOf, type Request, textOf } from './message-error.ts'
import type { Received } from './queue.ts'
import { type Queues, queueName } from './queues.ts'

export interface SqsAround {
  readonly queues: Queues
  /** Of this server; a queue's URL is below it. */
  readonly url: string
  readonly region: string
  readonly accountId: string
}

type Operation = (around: SqsAround, request: Request) => object | Promise<object>

/** A message, attributes included. Source: SQS quotas, 2025. */
const maxMessageBytes = 1_048_576

export const sqsOperations: Readonly<Record<string, Operation>> = {
  CreateQueue: (around, request) => queueUrl(around, textOf(request, 'QueueName')),
  GetQueueUrl: (around, request) => queueUrl(around, textOf(request, 'QueueName')),
  ListQueues: ({ queues, ...around }, { QueueNamePrefix }) => ({
    QueueUrls: queues
      .names()
      .filter((name) => name.startsWith(typeof QueueNamePrefix === 'string' ? QueueNamePrefix : ''))
      .map((name) => urlOf(around, name)),
  }),
  GetQueueAttributes: attributes,
  SetQueueAttributes: ({ queues }, request) => {
    queues.at(textOf(request, 'QueueUrl'))
    return {}
  },
  SendMessage: (around, request) => send(around, textOf(request, 'QueueUrl'), request),
  SendMessageBatch: (around, request) => batch(request, (entry) => send(around, textOf(request, 'QueueUrl'), entry)),
  ReceiveMessage: receive,
  DeleteMessage: ({ queues }, request) => {
    queues.at(textOf(request, 'QueueUrl')).remove(textOf(request, 'ReceiptHandle'))
    return {}
  },
  DeleteMessageBatch: ({ queues }, request) =>
    batch(request, (entry) => {
      queues.at(textOf(request, 'QueueUrl')).remove(textOf(entry, 'ReceiptHandle'))
      return {}
    }),
  ChangeMessageVisibility: ({ queues }, request) => {
    const seconds = numberOf(request, 'VisibilityTimeout', 30, [0, 43_200])
    if (queues.at(textOf(request, 'QueueUrl')).hide(textOf(request, 'ReceiptHandle'), seconds)) return {}
    throw new MessageError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.')
  },
  PurgeQueue: ({ queues }, request) => {
    queues.at(textOf(request, 'QueueUrl')).purge()
    return {}
  },
  DeleteQueue: ({ queues }, request) => {
    queues.remove(textOf(request, 'QueueUrl'))
    return {}
  },
}

function queueUrl(around: SqsAround, name: string): object {
  around.queues.at(name)
  return { QueueUrl: urlOf(around, name) }
}

const urlOf = ({ url, accountId }: Pick<SqsAround, 'url' | 'accountId'>, name: string) => `${url}/${accountId}/${name}`

function attributes({ queues, region, accountId }: SqsAround, request: Request): object {
  const address = textOf(request, 'QueueUrl')
  const { visible, hidden } = queues.at(address).counts()
  return {
    Attributes: {
      QueueArn: `arn:aws:sqs:${region}:${accountId}:${queueName(address)}`,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
      VisibilityTimeout: '30',
    },
  }
}

function send({ queues }: SqsAround, address: string, request: Request): object {
  const body = textOf(request, 'MessageBody')
  if (Buffer.byteLength(body) > maxMessageBytes) {
    throw new MessageError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageBytes} bytes.`,
    )
  }
  const given = request.MessageAttributes
  const message = queues.at(address).send({
    body,
    attributes: typeof given === 'object' && given !== null ? { ...given } : {},
    delaySeconds: numberOf(request, 'DelaySeconds', 0, [0, 900]),
  })
  return { MessageId: message.id, MD5OfMessageBody: md5(body) }
}

async function receive({ queues }: SqsAround, request: Request): Promise<object> {
  const found = await queues.at(textOf(request, 'QueueUrl')).receive({
    most: numberOf(request, 'MaxNumberOfMessages', 1, [1, 10]),
    hiddenSeconds: numberOf(request, 'VisibilityTimeout', 30, [0, 43_200]),
    waitSeconds: numberOf(request, 'WaitTimeSeconds', 0, [0, 20]),
  })
  return found.length === 0 ? {} : { Messages: found.map(shown) }
}

/** Attributes come whether asked for or not; a client that asked for none does not look at them. */
function shown({ message, receipt, receives }: Received): object {
  return {
    MessageId: message.id,
    ReceiptHandle: receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(message.sentAtMs) },
    ...(Object.keys(message.attributes).length === 0 ? {} : { MessageAttributes: message.attributes }),
  }
}

function batch(request: Request, one: (entry: Request) => object): object {
  const Successful: object[] = []
  const Failed: object[] = []
  for (const entry of listOf(request, 'Entries')) {
    try {
      Successful.push({ Id: entry.Id, ...one(entry) })
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.name, Message: error.message })
    }
  }
  return { Successful, Failed }
}

/** SDK clients compare it with what they sent. */
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
