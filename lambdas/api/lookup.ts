/**
 * Reads for routes: finds a record or refuses with the nearest name that exists. Versions and manifests never change, so
 * they are read once and kept.
 */
import type { DagManifest, DagRecord, DagVersion, Run, RunRef, RunStore, TaskManifest } from '../../run-model/index.ts'
import { didYouMean } from '../../run-model/index.ts'
import { Refused, unknownDag, unknownDagVersion, unknownRun, unknownTask } from './problems.ts'
import { remember } from './remember.ts'

export interface Lookup {
  /** @throws Refused (404) */
  dag(dagId: string): Promise<DagRecord>
  /** Several at once; ids without a record are left out. */
  dags(dagIds: readonly string[]): Promise<ReadonlyMap<string, DagRecord>>
  /** @throws Refused (404) */
  run(ref: RunRef): Promise<Run>
  /** Null only for a version whose record is gone. */
  version(dagId: string, version: number): Promise<DagVersion | null>
  /** @throws Refused (404) */
  knownVersion(dag: DagRecord, version: number): Promise<DagVersion>
  /** The version a run runs on; null while it is queued. */
  versionOf(run: Run): Promise<DagVersion | null>
  /** The version whose tasks a run has: its own, or the DAG's current one while it is queued. */
  manifestOf(run: Run, dag: DagRecord): Promise<{ version: DagVersion | null; manifest: DagManifest | null }>
  manifest(version: DagVersion): Promise<DagManifest>
}

export function createLookup(store: RunStore): Lookup {
  const versions = remember(1000, (dagId: string, version: number) => store.getDagVersion(dagId, version))
  const manifests = remember(50, (manifestKey: string) => store.getManifest({ manifestKey }))
  const versionOf = async (run: Run) => (run.state === 'queued' ? null : versions(run.dagId, run.dagVersion))

  return {
    dag: (dagId) => findDag(store, dagId),
    dags: (dagIds) => findDags(store, dagIds),
    run: (ref) => findRun(store, ref),
    version: versions,
    async knownVersion(dag, version) {
      const found = await versions(dag.dagId, version)
      if (found === null) throw new Refused(unknownDagVersion(dag.dagId, version, dag.version))
      return found
    },
    versionOf,
    async manifestOf(run, dag) {
      const version = (await versionOf(run)) ?? (await versions(dag.dagId, dag.version))
      return { version, manifest: version === null ? null : await manifests(version.manifestKey) }
    },
    manifest: (version) => manifests(version.manifestKey),
  }
}

/** @throws Refused (404) when the version has no such task. */
export function taskIn(manifest: DagManifest, taskId: string): TaskManifest {
  const task = manifest.tasks.find((one) => one.taskId === taskId)
  if (task !== undefined) return task
  const ids = manifest.tasks.map((one) => one.taskId)
  throw new Refused(unknownTask(manifest.dagId, taskId, didYouMean(taskId, ids)))
}

async function findDag(store: RunStore, dagId: string): Promise<DagRecord> {
  const dag = await store.getDag(dagId)
  if (dag !== null) return dag
  const known = (await store.listDags()).map((one) => one.dagId)
  throw new Refused(unknownDag(dagId, didYouMean(dagId, known)))
}

/** One read for one DAG, one query for more. */
async function findDags(store: RunStore, dagIds: readonly string[]): Promise<ReadonlyMap<string, DagRecord>> {
  const wanted = new Set(dagIds)
  const [only] = wanted
  const found = wanted.size === 1 ? [await store.getDag(only!)] : wanted.size === 0 ? [] : await store.listDags()
  return new Map(found.flatMap((dag) => (dag !== null && wanted.has(dag.dagId) ? [[dag.dagId, dag]] : [])))
}

async function findRun(store: RunStore, ref: RunRef): Promise<Run> {
  const run = await store.getRun(ref)
  if (run !== null) return run
  const newest = await store.listRuns({ dagId: ref.dagId, limit: 50, offset: 0 })
  const ids = newest.items.map((one) => one.runId)
  throw new Refused(unknownRun(ref.dagId, ref.runId, didYouMean(ref.runId, ids)))
}
