import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const extract = dag.task('extract', async () => 3)
const load = dag.task('load', async ({ rows }: { rows: number }) => rows)

// @ts-expect-error: an input needs the name of its argument.
load(extract())
