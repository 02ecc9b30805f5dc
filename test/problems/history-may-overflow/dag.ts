import { Dag } from 'stepdag'

export const dag = new Dag('stubborn')
dag.task('load', async () => 1, { retries: 9000 })()
