import { Dag } from 'stepdag'

export const dag = new Dag('sales')
dag.task('load', async () => 3, { dependsOnPast: true, pool: 'warehouse' })()
