import { Dag } from 'stepdag'

const other = new Dag('warehouse')
const stock = other.task('stock', async () => 12)()

export const dag = new Dag('sales')
const extract = dag.task('extract', async () => 3)
const load = dag.task('load', async ({ rows, stock }: { rows: number; stock: number }) => rows + stock)

// @ts-expect-error: the first input is the factory itself, not what calling it returns.
load({ rows: extract, stock })
extract()
