import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const load = dag.task('load', async ({ since }: { since: { day: Date } }) => since.day)

load({ since: { day: new Date('2026-01-01T00:00:00Z') } })
