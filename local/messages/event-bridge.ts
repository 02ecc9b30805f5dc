/** Operations of Amazon EventBridge for events, and rules whose targets are queues. Source: "Amazon EventBridge API Reference". */
import { randomUUID } from 'node:crypto'
import { matches, patternProblem } from './event-pattern.ts'
import { listOf, MessageError, type Request, textOf } from './message-error.ts'
import { type Queues, queueName } from './queues.ts'
import type { Rule, SubscriptionFile } from './subscriptions.ts'

export interface EventBridgeAround {
  readonly queues: Queues
  readonly subscriptions: SubscriptionFile
  readonly now: () => number
  readonly region: string
  readonly accountId: string
  /** Every event that was taken, as its targets see it. */
  readonly onEvent: (event: object) => void
}

type Operation = (around: EventBridgeAround, request: Request) => object

export const eventBridgeOperations: Readonly<Record<string, Operation>> = {
  PutEvents: (around, request) => {
    const entries = listOf(request, 'Entries')
    if (entries.length < 1 || entries.length > 10) {
      throw new MessageError('ValidationException', `1 to 10 entries are allowed, not ${entries.length}`)
    }
    const Entries = entries.map((entry) => put(around, entry))
    return { FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length, Entries }
  },
  PutRule: putRule,
  PutTargets({ subscriptions }, request) {
    const rule = ruleOf(subscriptions, request)
    for (const target of listOf(request, 'Targets')) {
      const arn = textOf(target, 'Arn')
      if (!arn.startsWith('arn:aws:sqs:'))
        throw new MessageError('ValidationException', `The local world delivers events to queues only, not to ${arn}`)
      queueName(arn)
      rule.targets[textOf(target, 'Id')] = arn
    }
    subscriptions.save()
    return { FailedEntryCount: 0, FailedEntries: [] }
  },
  RemoveTargets({ subscriptions }, request) {
    const rule = ruleOf(subscriptions, request)
    for (const id of Array.isArray(request.Ids) ? request.Ids : []) delete rule.targets[String(id)]
    subscriptions.save()
    return { FailedEntryCount: 0, FailedEntries: [] }
  },
  DeleteRule({ subscriptions }, request) {
    const name = textOf(request, 'Name')
    subscriptions.current.rules = subscriptions.current.rules.filter((rule) => rule.name !== name)
    subscriptions.save()
    return {}
  },
  ListRules: (around, request) => ({
    Rules: around.subscriptions.current.rules
      .filter(({ name }) => name.startsWith(typeof request.NamePrefix === 'string' ? request.NamePrefix : ''))
      .map(({ name, pattern }) => ({
        Name: name,
        Arn: ruleArn(around, name),
        EventPattern: JSON.stringify(pattern),
        State: 'ENABLED',
      })),
  }),
}

/** All buses are one: what matches a rule is told to its targets, whatever bus it was put on. */
function put(around: EventBridgeAround, entry: Request): Readonly<Record<string, string>> {
  const detail = json(entry.Detail)
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[name] !== 'string')
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      }
  }
  if (typeof detail !== 'object' || detail === null)
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  const event = {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: around.accountId,
    time: new Date(around.now()).toISOString().replace('.000Z', 'Z'),
    region: around.region,
    resources: Array.isArray(entry.Resources) ? entry.Resources : [],
    detail,
  }
  around.onEvent(event)
  const body = JSON.stringify(event)
  for (const rule of around.subscriptions.current.rules.filter(({ pattern }) => matches(pattern, event))) {
    for (const arn of Object.values(rule.targets)) around.queues.at(arn).send({ body, attributes: {}, delaySeconds: 0 })
  }
  return { EventId: event.id }
}

function putRule(around: EventBridgeAround, request: Request): object {
  const name = textOf(request, 'Name')
  const pattern = json(request.EventPattern)
  const problem = patternProblem(pattern)
  if (problem !== null) throw new MessageError('InvalidEventPatternException', problem)
  const { current } = around.subscriptions
  const present = current.rules.find((rule) => rule.name === name)
  const rule: Rule = { name, pattern: pattern as Rule['pattern'], targets: present?.targets ?? {} } // checked two lines above
  current.rules = [...current.rules.filter((one) => one !== present), rule]
  around.subscriptions.save()
  return { RuleArn: ruleArn(around, name) }
}

const ruleArn = ({ region, accountId }: EventBridgeAround, name: string) =>
  `arn:aws:events:${region}:${accountId}:rule/${name}`

function ruleOf({ current }: SubscriptionFile, request: Request): Rule {
  const name = textOf(request, 'Rule')
  const rule = current.rules.find((one) => one.name === name)
  if (!rule) throw new MessageError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`)
  return rule
}

function json(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
