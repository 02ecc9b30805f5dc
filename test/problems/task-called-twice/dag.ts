import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const extract = dag.task('extract', async () => 3)
const load = dag.task('load', async ({ rows }: { rows: number }) => rows)
const report = dag.task('report', async ({ rows }: { rows: number }) => rows)

load({ rows: extract() })
report({ rows: extract() })
