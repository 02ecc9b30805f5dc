/**
 * The smallest graph that nesting cannot express: `d` waits for `a` and `b`, but `c` must not wait for `b`. `d` runs behind
 * `b` in the same branch and a gate waits for `a`.
 */
import { Dag } from 'stepdag'

export const dag = new Dag('n_graph')

const a = dag.empty('a')
const b = dag.empty('b')
a.before(dag.empty('c'))
dag.empty('d').after(a, b)
