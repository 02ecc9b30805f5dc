import { Dag } from 'stepdag'

export const dag = new Dag('nightly_sales')
const extract = dag.empty('extract')
const load = dag.empty('load')
const report = dag.empty('report')

extract.before(load)
load.before(report)
extract.after(report)
