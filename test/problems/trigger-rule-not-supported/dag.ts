import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const load = dag.task('load', async () => 3)()
dag.empty('alert', { triggerRule: 'one_failed' }).after(load)
