import { Dag } from 'stepdag'

const dag = new Dag('sales')
dag.empty('load')
