// #region simulate
import { Dag } from 'stepdag'
import { simulate } from 'stepdag/testing'

const dag = new Dag('sales')
const load = dag.task('load', async () => 'loaded', { retries: 1, retryDelay: 60 })
const report = dag.task('report', async () => console.log('done'))
load().before(report())

const run = await simulate(dag, { outcomes: { load: ['failed', 'success'] }, durations: { load: 30 } })
// run.state is 'success', run.tasks.load.tries is 2, run.tasks.report.start is 120: no second was waited for
console.log(run.state, run.tasks, run.makespan, run.transitions)
// #endregion
