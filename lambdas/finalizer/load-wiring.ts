/** Wirings by plan hash, kept in memory: a plan never changes under its hash, so what is kept is never stale. */
import type { RunStore, Wiring } from '../../run-model/index.ts'

/** Wirings kept per Lambda instance; the largest is about a megabyte. */
const mostKept = 50

export function wiringLoader(
  store: Pick<RunStore, 'getManifestByPlan'>,
): (dagId: string, planHash: string) => Promise<Wiring> {
  const kept = new Map<string, Wiring>()
  return async (dagId, planHash) => {
    const key = `${dagId}\n${planHash}`
    const found = kept.get(key)
    if (found) return found
    const manifest = await store.getManifestByPlan(dagId, planHash)
    if (!manifest) {
      throw new Error(
        `No deployment of DAG "${dagId}" has plan ${planHash}. The registrar stores it when the DAG is deployed; deploy the DAG again.`,
      )
    }
    const [oldest] = kept.keys()
    if (oldest !== undefined && kept.size >= mostKept) kept.delete(oldest)
    kept.set(key, manifest.wiring)
    return manifest.wiring
  }
}
