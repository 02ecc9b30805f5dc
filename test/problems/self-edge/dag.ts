import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const load = dag.empty('load')
load.after(load)
