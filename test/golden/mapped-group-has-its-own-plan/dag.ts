/** One Map for the whole group. Its body is the N graph, with a gate for each index. */
import { Dag } from 'stepdag'

export const dag = new Dag('mapped_group', { maxMapLength: 100 })

const list = dag.task('list', async (): Promise<string[]> => ['a', 'b'])()
const group = dag.taskGroup('each')
group.expand({ file: list })
const a = group.empty('a')
const b = group.empty('b')
const c = group.empty('c')
const d = group.empty('d')
a.before(c, d)
b.before(d)
group.before(dag.empty('after'))
