/** The timeout of a run is the execution's own; gates give up no earlier. */
import { Dag } from 'stepdag'

export const dag = new Dag('dagrun_timeout', { dagrunTimeout: 7200 })

const a = dag.empty('a')
const b = dag.empty('b')
a.before(dag.empty('c'))
dag.empty('d').after(a, b)
