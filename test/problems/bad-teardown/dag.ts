import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const create = dag.task('create', async () => 'cluster')()
const drop = dag.task('drop', async () => {}, { triggerRule: 'all_done' })()
drop.asTeardown({ setups: create })
