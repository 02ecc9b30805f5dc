import { Dag } from 'stepdag'

export const dag = new Dag('nightly_sales', { schedule: '@daily', startDate: new Date() })
dag.empty('load')
