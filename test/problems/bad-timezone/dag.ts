import { Dag } from 'stepdag'

export const dag = new Dag('nightly_sales', { schedule: '30 2 * * *', timezone: 'Europe/Zurch' })
dag.empty('load')
