import { Dag, glueJob } from 'stepdag'

export const dag = new Dag('lake')
const days = dag.task('days', async () => [{}, {}])()
dag.task('load', glueJob({ args: { JobName: 'load' } })).expandKwargs(days)
