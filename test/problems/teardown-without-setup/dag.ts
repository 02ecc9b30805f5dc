import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const load = dag.task('load', async () => 1)()
dag.task('drop_cluster', async () => {})().after(load).asTeardown()
