/** More than 40 at a time: iterations are executions of their own, which are told the root execution's name. */
import { Dag } from 'stepdag'

export const dag = new Dag('wide_map')

const list = dag.task('list', async (): Promise<number[]> => [1, 2, 3])()
const work = dag.task('work', async ({ x }: { x: number }) => x, { maxActiveTisPerDagrun: 200 })
work.expand({ x: list }).before(dag.empty('done'))
