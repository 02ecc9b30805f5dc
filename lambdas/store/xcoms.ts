/**
 * XCom entries: inline up to 32 KiB of JSON, in the object store above. Readers cannot tell where a value was. The object
 * is written before the item that names it and deleted after it.
 */
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
import { XComTooLarge } from './errors.ts'
import type { ObjectStore } from './objects.ts'
import { decode, encode } from './record.ts'
import type { Item, RunTable } from './table.ts'

/** A DynamoDB write of 32 KiB costs about as much as a state transition (semantics §12). */
const inlineBytes = 32 * 1024
const largestBytes = 50 * 2 ** 20

type Head = Omit<XComEntry, 'value'>

export function xcomStore(
  table: RunTable,
  objects: ObjectStore,
): Pick<RunStore, 'putXCom' | 'getXCom' | 'listXComs' | 'deleteXComs'> {
  return {
    async putXCom(run, entry) {
      const { value, ...head } = entry
      const text = JSON.stringify(value)
      const bytes = Buffer.byteLength(text)
      if (bytes > largestBytes) throw new XComTooLarge({ ...entry, bytes, limit: largestBytes })
      const key = keys.xcom(run, entry.taskId, entry.mapIndex, entry.key)
      if (bytes <= inlineBytes) {
        await table.put({ ...key, record: encode(head), value: text })
        return
      }
      const objectKey = objectKeys.xcom(run, entry.taskId, entry.mapIndex, entry.key)
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
