import { Dag } from 'stepdag'

export const dag = new Dag('nightly sales')
dag.empty('load/orders')
dag.empty('x'.repeat(251))
