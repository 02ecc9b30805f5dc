/** The last call of a machine: ends its run with what the state data holds. Repeating it finds the verdict and says it again. */
import { type FinalizerCall, flattenStateData } from '../../run-model/index.ts'
import { type EndAnswer, endRun } from '../ending/index.ts'
import type { FinalizerPorts } from './ports.ts'

/** @throws DagRunFailed when the run failed, after that is recorded. */
export function finalize(ports: FinalizerPorts, call: FinalizerCall & { readonly do: 'finalize' }): Promise<EndAnswer> {
  return endRun(ports, { execution: call.x, planHash: call.w, known: flattenStateData(call.st) })
}
