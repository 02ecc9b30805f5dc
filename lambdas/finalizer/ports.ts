/** What the finalizer needs from outside. */
import type { RunStore } from '../../run-model/index.ts'
import type { EndingPorts } from '../ending/index.ts'

/** `loadWiring` answers the wiring a machine was compiled with: never "the current one", an old execution keeps its old plan. */
export interface FinalizerPorts extends EndingPorts {
  readonly store: EndingPorts['store'] & Pick<RunStore, 'getTaskInstances' | 'markRunFailing'>
}
