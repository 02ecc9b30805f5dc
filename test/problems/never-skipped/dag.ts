import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const isBusy = dag.task('is_busy', async () => true)()
const watch = dag.task('watch', async () => {}, { triggerRule: 'always' })()
dag.if(isBusy).then(watch)
