/** The first failure ends the execution, which can be redriven: no state has a Catch but the gate, for being open. */
import { Dag } from 'stepdag'

export const dag = new Dag('fail_fast', { onFailure: 'failFast' })

const a = dag.empty('a')
const b = dag.empty('b')
a.before(dag.empty('c'))
dag.empty('d').after(a, b)
