/**
 * `alert` fires at the first failure. When `extract` fails, `load` is jumped over, but it feeds the gate of `alert`: the
 * finalizer arrives for both.
 */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('alerting')

const [extract, load, audit] = [dag.empty('extract'), dag.empty('load'), dag.empty('audit')]
chain(extract, load)
dag.empty('alert', { triggerRule: 'one_failed' }).after(extract, load, audit)
