import { Dag } from 'stepdag'

export const dag = new Dag('sales')
dag.task('load', async () => 1)()
dag.task('load', async () => 2)()
