import { Dag, out, run } from 'stepdag'

export const dag = new Dag('lake')
const made = dag.task('made', async () => ({ key: 'a' }))()
const read = dag.task('read', async ({ from }: { from: string }) => from.length, { docMd: `reads ${run.ds}` })
read({ from: `s3://lake/${out(made).key}` })
