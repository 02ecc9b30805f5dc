import { Dag, out, snsPublish } from 'stepdag'

export const dag = new Dag('lake')
const sizes = dag.task('sizes', async ({ name }: { name: string }) => name.length).expand({ name: ['a', 'bc'] })
dag.task('tell', snsPublish({ args: { Message: `${out(sizes)[0]} bytes` } }))()
