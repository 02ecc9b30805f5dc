/**
 * Two mirrors of one file; `unpack` starts with the first that arrives. Its gate holds its rule, and its edges are no
 * structure: `unpack` begins a branch of its own and waits for nobody else.
 */
import { Dag } from 'stepdag'

export const dag = new Dag('mirrors')

const [near, far] = [dag.empty('near'), dag.empty('far')]
const unpack = dag.empty('unpack', { triggerRule: 'one_success' })
unpack.after(near, far).before(dag.empty('index'))
