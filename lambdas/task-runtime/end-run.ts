/** Ends the run when its last task is ours: what the finalizer would do, one transition less (compiler design §5.6). */
import { flattenStateData, type StateEntry, type TaskCall } from '../../run-model/index.ts'
import { endRun } from '../ending/index.ts'
import type { TaskPorts, TaskProgram } from './ports.ts'

/** @throws DagRunFailed when the run failed, after that is recorded. Repeating the call says the same again. */
export async function endWithTask(
  ports: TaskPorts,
  { wiring }: TaskProgram,
  call: TaskCall,
  entry: StateEntry,
): Promise<void> {
  const { run, entries } = flattenStateData(call.up)
  const known = { run, entries: new Map([...entries, [call.task, entry] as const]) }
  const loadWiring = async (dagId: string, planHash: string) => {
    if (dagId === wiring.dagId && planHash === wiring.hash) return wiring
    const manifest = await ports.store.getManifestByPlan(dagId, planHash)
    if (manifest) return manifest.wiring
    throw new Error(`No deployment of DAG "${dagId}" has plan ${planHash}; deploy it again.`)
  }
  await endRun({ ...ports, loadWiring }, { execution: call.x, planHash: call.w, known, waiter: 'later' })
}
