/** `load` feeds the gate of `report`. When `extract` fails, `load` is jumped over, so the finalizer arrives in its name. */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('jumped_arrival')

const load = dag.empty('load')
const other = dag.empty('other')
chain(dag.empty('extract'), load, dag.empty('archive'))
dag.empty('report', { triggerRule: 'all_done' }).after(load, other)
