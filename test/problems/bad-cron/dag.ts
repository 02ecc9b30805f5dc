import { Dag } from 'stepdag'

export const dag = new Dag('nightly_sales', { schedule: '0 24 * * *' })
dag.empty('load')
