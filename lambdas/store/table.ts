/**
 * The run table with the few operations the store uses, each on one item or one key condition. No scans, no
 * transactions: dynalite has none. SDK exceptions end here: a failed condition is `false` or null, the rest a StoreError.
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
import type { ItemKey } from '../../run-model/index.ts'
import { StoreError } from './errors.ts'

/** A stored item: its keys, its record and what conditions need. */
export type Item = Readonly<Record<string, unknown>> & ItemKey

/** An expression with its values. `#name` stands for attribute `name` wherever a name may be reserved. */
export interface Expression {
  readonly text: string
  readonly values?: Readonly<Record<string, unknown>>
}

export interface KeyQuery {
  readonly index?: string
  /** Attribute and value of the partition. */
  readonly hash: readonly [attribute: string, value: string]
  /** Attribute of the sort key and inclusive bounds. */
  readonly range?: readonly [attribute: string, from: string, to: string]
  readonly order: 'ascending' | 'descending'
  /** Stops after so many items. */
  readonly atMost?: number
}

export type RunTable = ReturnType<typeof runTable>

export function runTable(options: { readonly dynamodb: DynamoDBDocumentClient; readonly table: string }) {
  const { dynamodb, table } = options
  const TableName = table

  return {
    async get(key: ItemKey): Promise<Item | null> {
      const answer = await attempt('read', key, () =>
        dynamodb.send(new GetCommand({ TableName, Key: { ...key }, ConsistentRead: true })),
      )
      return (answer.Item as Item | undefined) ?? null // every item has the table's keys
    },

    /** Answers whether the condition held and the item was written. */
    async put(item: Item, condition?: Expression): Promise<boolean> {
      return conditional('write', item, () =>
        dynamodb.send(new PutCommand({ TableName, Item: { ...item }, ...(condition && conditionOf(condition)) })),
      )
    },

    /** The item as it is after the update; null when the condition did not hold. */
    async update(key: ItemKey, update: Expression, condition?: Expression): Promise<Item | null> {
      let stored: Item | null = null
      const { ConditionExpression, ...merged } = conditionOf(condition ?? { text: '' }, update)
      await conditional('update', key, async () => {
        const answer = await dynamodb.send(
          new UpdateCommand({
            TableName,
            Key: { ...key },
            UpdateExpression: update.text,
            ReturnValues: 'ALL_NEW',
            ...merged,
            ...(condition && { ConditionExpression }),
          }),
        )
        stored = answer.Attributes as Item // ALL_NEW returns the whole item, keys included
      })
      return stored
    },

    async delete(key: ItemKey, condition?: Expression): Promise<boolean> {
      return conditional('delete', key, () =>
        dynamodb.send(
          new DeleteCommand({
            TableName,
            Key: { pk: key.pk, sk: key.sk },
            ...(condition && conditionOf(condition)),
          }),
        ),
      )
    },

    async query(query: KeyQuery): Promise<readonly Item[]> {
      const items: Item[] = []
      const wanted = query.atMost ?? Number.POSITIVE_INFINITY
      let start: Record<string, unknown> | undefined
      do {
        const page = await attempt('query', { pk: query.hash[1], sk: query.index ?? 'table' }, () =>
          dynamodb.send(new QueryCommand({ TableName, ...queryInput(query, wanted - items.length, start) })),
        )
        items.push(...((page.Items ?? []) as Item[])) // items of this table
        start = page.LastEvaluatedKey
      } while (start && items.length < wanted)
      return items
    },

    /** The items that exist, each once, in the order of `wanted`. */
    async batchGet(wanted: readonly ItemKey[]): Promise<readonly Item[]> {
      const found = new Map<string, Item>()
      const keysOnce = distinct(wanted)
      for (const batch of batchesOf(100, keysOnce)) {
        for (const item of await getBatch(batch)) found.set(idOf(item), item)
      }
      return keysOnce.flatMap((key) => found.get(idOf(key)) ?? [])
    },
  }

  /** Asks again for keys that DynamoDB left unprocessed: it answers at most 16 MB at a time, and less when throttled. */
  async function getBatch(batch: readonly ItemKey[]): Promise<readonly Item[]> {
    const items: Item[] = []
    let left: Record<string, unknown>[] = batch.map(({ pk, sk }) => ({ pk, sk }))
    for (let round = 0; left.length > 0; round += 1) {
      if (round === batchRounds)
        throw new StoreError(`cannot read ${left.length} items of ${table}`, 'unprocessed keys')
      if (round > 0) await delay(25 * 2 ** round)
      const request = { RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }
      const answer = await attempt('read', batch[0]!, () => dynamodb.send(new BatchGetCommand(request)))
      items.push(...((answer.Responses?.[table] ?? []) as Item[])) // items of this table
      left = answer.UnprocessedKeys?.[table]?.Keys ?? []
    }
    return items
  }

  async function conditional(verb: string, key: ItemKey, call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call()
      return true
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false
      throw failure(verb, key, error)
    }
  }

  async function attempt<T>(verb: string, key: ItemKey, call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw failure(verb, key, error)
    }
  }

  function failure(verb: string, { pk, sk }: ItemKey, cause: unknown): StoreError {
    return new StoreError(`cannot ${verb} ${pk} ${sk} in table ${table}`, cause)
  }
}

/** Eight rounds wait about six seconds in all; throttling that lasts longer is an error of its own. */
const batchRounds = 8

const idOf = ({ pk, sk }: ItemKey) => `${pk}\n${sk}`
const delay = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

function distinct(wanted: readonly ItemKey[]): readonly ItemKey[] {
  return [...new Map(wanted.map((key) => [idOf(key), key])).values()]
}

function* batchesOf<T>(size: number, all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size)
}

/** Names that appear as `#name` in an expression stand for attributes of that name. */
function namesIn(...texts: readonly string[]): Record<string, string> {
  const used = texts.flatMap((text) => text.match(/#\w+/g) ?? [])
  return Object.fromEntries(used.map((name) => [name, name.slice(1)]))
}

function conditionOf(condition: Expression, update: Expression = { text: '' }) {
  const names = namesIn(condition.text, update.text)
  const values = { ...condition.values, ...update.values }
  return {
    ConditionExpression: condition.text,
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}

function queryInput(query: KeyQuery, limit: number, start: Record<string, unknown> | undefined) {
  const [hash, value] = query.hash
  const [range, from, to] = query.range ?? []
  const text = range === undefined ? `#${hash} = :hash` : `#${hash} = :hash AND #${range} BETWEEN :from AND :to`
  return {
    ...(query.index ? { IndexName: query.index } : { ConsistentRead: true }),
    KeyConditionExpression: text,
    ExpressionAttributeNames: namesIn(text),
    ExpressionAttributeValues: { ':hash': value, ...(range !== undefined && { ':from': from, ':to': to }) },
    ScanIndexForward: query.order === 'ascending',
    ...(Number.isFinite(limit) && { Limit: limit }),
    ...(start && { ExclusiveStartKey: start }),
  }
}
