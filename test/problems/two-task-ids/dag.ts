import { Dag } from 'stepdag'

export const dag = new Dag('sales')
dag.task('load', async () => 3, { taskId: 'load_orders' })()
