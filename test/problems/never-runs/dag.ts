import { Dag } from 'stepdag'

export const dag = new Dag('sales')

const isFull = dag.task('is_full', async () => true)()
const all = dag.task('load_all', async () => undefined)()
const changed = dag.task('load_changed', async () => undefined)()
const report = dag.task('report', async () => undefined)()

dag.if(isFull).then(all).else(changed)
all.before(report)
changed.before(report)
