import { Dag } from 'stepdag'

export const dag = new Dag('sales', { failFast: true })
const load = dag.task('load', async () => 1)()
dag.task('alert', async () => {}, { triggerRule: 'one_failed' })().after(load)
