import { Dag } from 'stepdag'

export const dag = new Dag('sales')
dag.task(async () => 3)()
