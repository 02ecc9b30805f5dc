/**
 * A DynamoDB table in memory behind the document client's `send`, so that the real run store runs on it: conditional
 * writes, key queries and batches. Invariant: a command is done before `send` returns its promise, as one DynamoDB write is.
 */
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { indexes } from '../../run-model/index.ts'
import { type Attributes, holds, type Named, updated } from './expressions.ts'
import { fromTyped, toTyped } from './typed-values.ts'

export interface MemoryDynamoDb {
  readonly client: DynamoDBDocumentClient
  /** `updateItem` and `getItem` as Step Functions sends them, attribute values with their types. */
  call(action: string, args: unknown): Promise<object>
}

interface Input {
  readonly Item?: Attributes
  readonly Key?: Attributes
  readonly ConditionExpression?: string
  readonly UpdateExpression?: string
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues?: Attributes
}

export function memoryDynamoDb(): MemoryDynamoDb {
  const partitions = new Map<string, Map<string, Attributes>>()
  const partition = (pk: unknown) => {
    const found = partitions.get(String(pk)) ?? new Map<string, Attributes>()
    partitions.set(String(pk), found)
    return found
  }
  const read = (key: Attributes) => partition(key.pk).get(String(key.sk)) ?? null
  const write = (item: Attributes) => void partition(item.pk).set(String(item.sk), item)
  const requireCondition = (input: Input, item: Attributes | null) => {
    if (input.ConditionExpression && !holds(input.ConditionExpression, item, namedOf(input))) throw conditionFailed()
  }
  const update = (input: Input) => {
    const stored = read(input.Key!)
    requireCondition(input, stored)
    const next = updated(input.UpdateExpression!, stored ?? input.Key!, namedOf(input))
    write(next)
    return next
  }

  const send = async (command: { readonly input: unknown }) => {
    const input = command.input as Input // the input of a document client's command
    if (command instanceof GetCommand) return { Item: read(input.Key!) ?? undefined }
    if (command instanceof UpdateCommand) return { Attributes: update(input) }
    if (command instanceof QueryCommand) return { Items: query(command.input) }
    if (command instanceof BatchGetCommand) {
      const tables = Object.entries(command.input.RequestItems ?? {})
      return {
        Responses: Object.fromEntries(
          tables.map(([name, { Keys }]) => [name, Keys!.flatMap((key) => read(key) ?? [])]),
        ),
      }
    }
    if (!(command instanceof PutCommand || command instanceof DeleteCommand))
      throw new Error('The virtual table does not know this command. Please report this bug.')
    const key = input.Item ?? input.Key!
    requireCondition(input, read(key))
    if (input.Item) write(input.Item)
    else partition(key.pk).delete(String(key.sk))
    return {}
  }

  function query(input: QueryCommand['input']): Attributes[] {
    const named = namedOf(input as Input) // the members this table reads
    const [hash = '', range] = Object.values(named.names)
    const value = named.values[':hash']
    const from = String(named.values[':from'] ?? '')
    const to = String(named.values[':to'] ?? '\uffff')
    const order = range ?? sortKeyOf(hash)
    const all =
      hash === 'pk' ? [...partition(value).values()] : [...partitions.values()].flatMap((one) => [...one.values()])
    const found = all
      .filter((item) => item[hash] === value && String(item[order] ?? '') >= from && String(item[order] ?? '') <= to)
      .sort((a, b) => (String(a[order]) < String(b[order]) ? -1 : 1))
    const ordered = input.ScanIndexForward === false ? found.reverse() : found
    return input.Limit === undefined ? ordered : ordered.slice(0, input.Limit)
  }

  return {
    // The store uses nothing of the client but `send`.
    client: { send } as unknown as DynamoDBDocumentClient,
    async call(action, args) {
      const sent = args as Input // what a compiled machine sends
      const input: Input = {
        ...sent,
        Key: fromTyped(sent.Key ?? {}),
        ExpressionAttributeValues: fromTyped(sent.ExpressionAttributeValues ?? {}),
      }
      if (action === 'getItem') {
        const item = read(input.Key!)
        return item ? { Item: toTyped(item) } : {}
      }
      if (action !== 'updateItem') throw new Error(`The virtual table does not know ${action}. Please report this bug.`)
      update(input)
      return {}
    },
  }
}

const namedOf = (input: Input): Named => ({
  names: input.ExpressionAttributeNames ?? {},
  values: input.ExpressionAttributeValues ?? {},
})

const conditionFailed = (): Error =>
  Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' })

const sortKeyOf = (hash: string): string => Object.values(indexes).find((index) => index.hash === hash)?.range ?? 'sk'
