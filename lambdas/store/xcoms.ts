/**
 * XCom entries: inline up to 32 KiB of JSON, in the object store above. Readers cannot tell where a value was. The object
 * is written before the item that names it and deleted after it.
 */
import { createHash } from 'node:crypto'
import {
  type JsonValue,
  keys,
  objectKeys,
  prefixes,
  type RunRef,
  type RunStore,
  under,
  type XComEntry,
} from '../../run-model/index.ts'
import { XComKeyTooLong, XComTooLarge } from './errors.ts'
import type { ObjectStore } from './objects.ts'
import { decode, encode } from './record.ts'
import type { Item, RunTable } from './table.ts'

/** A DynamoDB write of 32 KiB costs about as much as a state transition (semantics §12). */
const inlineBytes = 32 * 1024
const largestBytes = 50 * 2 ** 20
/** Values in the object store that are fetched together. */
const readAtOnce = 50
/** Of a sort key and of an object key alike (DynamoDB and S3 quotas). */
const longestKeyBytes = 1024

type Head = Omit<XComEntry, 'value'>

export function xcomStore(
  table: RunTable,
  objects: ObjectStore,
): Pick<RunStore, 'putXCom' | 'getXCom' | 'listXComs' | 'listMappedXComs' | 'deleteXComs'> {
  return {
    async putXCom(run, entry) {
      const { value, ...head } = entry
      const text = JSON.stringify(value)
      const bytes = Buffer.byteLength(text)
      if (bytes > largestBytes) throw new XComTooLarge({ ...entry, bytes, limit: largestBytes })
      const key = keys.xcom(run, entry.taskId, entry.mapIndex, entry.key)
      if (Buffer.byteLength(key.sk) > longestKeyBytes) throw new XComKeyTooLong(entry)
      if (bytes <= inlineBytes) {
        await table.put({ ...key, record: encode(head), value: text })
        return
      }
      const objectKey = placeOf(run, entry)
      await objects.put(objectKey, text)
      await table.put({ ...key, record: encode(head), objectKey })
    },
    async getXCom(run, taskId, key, mapIndex = -1) {
      const item = await table.get(keys.xcom(run, taskId, mapIndex, key))
      return item && entryOf(item)
    },
    async listXComs(run, taskId, mapIndex = -1) {
      const entries = await Promise.all((await itemsOf(run, taskId, mapIndex)).map(entryOf))
      return entries.filter((entry) => entry !== null)
    },
    async listMappedXComs(run, taskId, key) {
      const range = ['sk', ...under(prefixes.mappedXComs(taskId))] as const
      const items = await table.query({ hash: ['pk', keys.run(run).pk], range, order: 'ascending' })
      const heads = items.map((item) => ({ item, head: decode<Head>(item) }))
      const wanted = heads.filter(({ head }) => head.key === key && head.mapIndex >= 0)
      const ordered = wanted.toSorted((a, b) => a.head.mapIndex - b.head.mapIndex)
      const entries: (XComEntry | null)[] = []
      for (let first = 0; first < ordered.length; first += readAtOnce) {
        entries.push(...(await Promise.all(ordered.slice(first, first + readAtOnce).map(({ item }) => entryOf(item)))))
      }
      return entries.filter((entry) => entry !== null)
    },
    async deleteXComs(run, taskId, mapIndex = -1) {
      for (const item of await itemsOf(run, taskId, mapIndex)) {
        await table.delete(item)
        if (typeof item.objectKey === 'string') await objects.delete(item.objectKey)
      }
    },
  }

  function itemsOf(run: RunRef, taskId: string, mapIndex: number): Promise<readonly Item[]> {
    const prefix = prefixes.xcoms(taskId, mapIndex)
    return table.query({ hash: ['pk', keys.run(run).pk], range: ['sk', ...under(prefix)], order: 'ascending' })
  }

  /** Null when the object went away between the two reads: its entry has just been deleted. */
  async function entryOf(item: Item): Promise<XComEntry | null> {
    const text = typeof item.objectKey === 'string' ? await objects.get(item.objectKey) : String(item.value)
    if (text === null) return null
    return { ...decode<Head>(item), value: JSON.parse(text) as JsonValue } // written from a JsonValue
  }
}

/** Readable while it fits; ids of many non-ASCII letters get a digest instead, still under their DAG. */
function placeOf(run: RunRef, { taskId, mapIndex, key }: Head): string {
  const readable = objectKeys.xcom(run, taskId, mapIndex, key)
  if (readable.length <= longestKeyBytes) return readable
  const digest = createHash('sha256').update(readable).digest('hex')
  return `${readable.split('/').slice(0, 2).join('/')}/${digest}`
}
