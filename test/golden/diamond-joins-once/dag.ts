/** Two branches that join: one Parallel, and the join runs once, after both. */
import { Dag } from 'stepdag'

export const dag = new Dag('diamond')

const extract = dag.task('extract', async () => [1, 2, 3])
const total = dag.task('total', async ({ numbers }: { numbers: number[] }) => numbers.reduce((a, b) => a + b, 0))
const count = dag.task('count', async ({ numbers }: { numbers: number[] }) => numbers.length)
const mean = dag.task('mean', async ({ sum, size }: { sum: number; size: number }) => sum / size)

const numbers = extract()
mean({ sum: total({ numbers }), size: count({ numbers }) })
