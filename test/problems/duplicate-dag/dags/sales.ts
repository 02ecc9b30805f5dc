import { Dag } from 'stepdag'

export const dag = new Dag('sales')
dag.empty('load')
