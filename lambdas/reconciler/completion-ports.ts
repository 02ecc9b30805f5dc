/** What it takes to tell a task that the run it waits for has ended. */
import type { CompletionPorts } from '../arrival/index.ts'
import type { ReconcilerPorts } from './ports.ts'

export function completionPorts({ store, releaseToken, wake, now }: ReconcilerPorts): CompletionPorts {
  return {
    store,
    releaseToken,
    wake,
    now,
    loadWiring: async (dagId, planHash) => {
      const manifest = await store.getManifestByPlan(dagId, planHash)
      if (!manifest) throw new Error(`No deployment of DAG "${dagId}" has plan ${planHash}; deploy the DAG again.`)
      return manifest.wiring
    },
  }
}
