/**
 * DAGs and their versions. A version is written in the order object, version, plan pointer, DAG; the DAG is switched last
 * and never to a lower number, so a registration that stops half-way or comes late leaves the newer version in place.
 */
import {
  type DagManifest,
  type DagRecord,
  type DagVersion,
  indexes,
  indexKeys,
  keys,
  prefixes,
  type RunStore,
  under,
} from '../../run-model/index.ts'
import { DagVersionTaken, StoreError } from './errors.ts'
import type { ObjectStore } from './objects.ts'
import { decode, encode } from './record.ts'
import type { Item, RunTable } from './table.ts'

type DagStore = Pick<
  RunStore,
  | 'getDag'
  | 'listDags'
  | 'putDagVersion'
  | 'getDagVersion'
  | 'listDagVersions'
  | 'getManifest'
  | 'getManifestByPlan'
  | 'setPaused'
  | 'setStale'
>

export function dagStore(table: RunTable, objects: ObjectStore): DagStore {
  return {
    async getDag(dagId) {
      const item = await table.get(keys.dag(dagId))
      return item && dagOf(item)
    },
    async listDags() {
      const { name, hash } = indexes.lists
      const listed = await table.query({ index: name, hash: [hash, indexKeys.dags], order: 'ascending' })
      return (await table.batchGet(listed)).map(dagOf)
    },
    async putDagVersion(dag, version, manifest) {
      await objects.put(version.manifestKey, JSON.stringify(manifest))
      await putVersion(version)
      await putPlan(version)
      await switchTo(dag)
    },
    async getDagVersion(dagId, version) {
      const item = await table.get(keys.dagVersion(dagId, version))
      return item && decode<DagVersion>(item)
    },
    async listDagVersions(dagId) {
      const range = ['sk', ...under(prefixes.versions)] as const
      const items = await table.query({ hash: ['pk', keys.dag(dagId).pk], range, order: 'descending' })
      return items.map(decode<DagVersion>)
    },
    getManifest: ({ manifestKey }) => manifestAt(manifestKey),
    async getManifestByPlan(dagId, planHash) {
      const item = await table.get(keys.plan(dagId, planHash))
      return item && manifestAt(String(item.manifestKey))
    },
    async setPaused(dagId, isPaused) {
      const item = await table.update(keys.dag(dagId), assign('isPaused', isPaused), existing)
      return item && dagOf(item)
    },
    async setStale(dagId) {
      await table.update(keys.dag(dagId), assign('isStale', true), existing)
    },
  }

  /** A number belongs to the first digest that takes it. */
  async function putVersion(version: DagVersion): Promise<void> {
    const { dagId, digest } = version
    const written = await table.put(
      { ...keys.dagVersion(dagId, version.version), digest, record: encode(version) },
      { text: 'attribute_not_exists(#pk) OR #digest = :digest', values: { ':digest': digest } },
    )
    if (!written) throw new DagVersionTaken(dagId, version.version)
  }

  /** Versions that differ in code only share a plan; any of their manifests has the right wiring, so the newest may win. */
  async function putPlan({ dagId, planHash, manifestKey, version }: DagVersion): Promise<void> {
    await table.put(
      { ...keys.plan(dagId, planHash), manifestKey, version },
      { text: 'attribute_not_exists(#pk) OR #version <= :version', values: { ':version': version } },
    )
  }

  /** Keeps the pause flag and the first registration of a DAG that is known already. */
  async function switchTo(dag: DagRecord): Promise<void> {
    const { isPaused, isStale, createdAt, ...record } = dag
    const text =
      'SET #record = :record, #version = :version, #isStale = :isStale, #listKey = :listKey, #listOrder = :listOrder, ' +
      '#isPaused = if_not_exists(#isPaused, :isPaused), #createdAt = if_not_exists(#createdAt, :createdAt)'
    const values = {
      ':record': encode(record),
      ':version': dag.version,
      ':isStale': isStale,
      ':listKey': indexKeys.dags,
      ':listOrder': dag.dagId,
      ':isPaused': isPaused,
      ':createdAt': createdAt,
    }
    await table.update(
      keys.dag(dag.dagId),
      { text, values },
      { text: 'attribute_not_exists(#pk) OR #version <= :version' },
    )
  }

  async function manifestAt(key: string): Promise<DagManifest> {
    const text = await objects.get(key)
    if (text === null) throw new StoreError(`cannot read manifest ${key}`, 'no such object')
    return JSON.parse(text) as DagManifest // the registrar checked it before it was stored
  }
}

const existing = { text: 'attribute_exists(#pk)' }
const assign = (name: string, value: unknown) => ({ text: `SET #${name} = :value`, values: { ':value': value } })

function dagOf(item: Item): DagRecord {
  return {
    ...decode<Omit<DagRecord, 'isPaused' | 'isStale' | 'createdAt'>>(item),
    isPaused: item.isPaused === true,
    isStale: item.isStale === true,
    createdAt: String(item.createdAt),
  }
}
