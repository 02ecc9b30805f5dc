import { Dag } from 'stepdag'

export const dag = new Dag('nightly_sales', { schedule: '@daily', catchup: true })
dag.empty('load')
