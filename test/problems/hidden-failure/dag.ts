import { Dag } from 'stepdag'

export const dag = new Dag('nightly')

const extract = dag.task('extract', async () => ({ rows: 3 }))
const load = dag.task('load', async ({ rows }: { rows: { rows: number } }) => rows.rows)
const cleanUp = dag.task('clean_up', async () => undefined, { triggerRule: 'all_done' })

load({ rows: extract() }).before(cleanUp())
