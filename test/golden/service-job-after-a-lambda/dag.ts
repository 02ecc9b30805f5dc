import { athenaQuery, Dag, out, run } from 'stepdag'

export const dag = new Dag('lake')
const stage = dag.task('stage', async () => ({ table: { name: 'staged' }, rows: 3 }))()
const merge = athenaQuery({
  args: {
    QueryString: `merge into ${run.params.target} using ${out(stage).table.name} on day = date '${run.ds}'`,
    WorkGroup: 'etl',
  },
})
dag.task('merge', merge, { retries: 2, retryDelay: 60 })()
