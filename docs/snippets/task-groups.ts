import { chain, Dag } from 'stepdag'

// #region groups
export const dag = new Dag('warehouse')

const ready = dag.empty('ready')
const load = dag.taskGroup('load', { tooltip: 'Copies of the sources', defaults: { retries: 3 } })
load.task('orders', async () => console.log('load.orders'))()
load.task('customers', async () => console.log('load.customers'))()

const check = load.taskGroup('check')
check.task('counts', async () => console.log('load.check.counts'))()

chain(ready, load, dag.empty('done'))
// #endregion
