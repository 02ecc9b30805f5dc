import { Dag } from 'stepdag'

export const dag = new Dag('nightly_sales')
const each = dag.taskGroup('each')
each.expand({ region: ['eu', 'us'] })
const extract = each.empty('extract')
const load = each.empty('load')
const check = dag.empty('check').after(extract)
load.after(check)
