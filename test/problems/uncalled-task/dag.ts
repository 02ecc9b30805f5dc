import { Dag } from 'stepdag'

export const dag = new Dag('sales')
dag.empty('start')
const load = dag.task('load', async () => 3)
