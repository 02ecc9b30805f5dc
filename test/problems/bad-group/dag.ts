import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const load = dag.taskGroup('load')
const rows = load.task('rows', async () => 1)()
load.before(rows)
