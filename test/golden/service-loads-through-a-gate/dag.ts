import { Dag, out, s3 } from 'stepdag'

export const dag = new Dag('copies')
const a = dag.task('a', async () => ({ key: 'a.csv' }))()
const b = dag.task('b', async () => ({ key: 'b.csv' }))()
dag.empty('c').after(a)
const copy = s3({
  action: 'copyObject',
  args: { Bucket: 'lake', Key: out(a).key, CopySource: `landing/${out(b).key}` },
})
dag.task('d', copy)()
