/** A group is a prefix and ends of edges: roots on the way in, leaves on the way out. The plan knows only tasks. */
import { Dag } from 'stepdag'

export const dag = new Dag('groups')

const start = dag.empty('start')
const load = dag.taskGroup('load', { defaults: { retries: 2, retryDelay: 10 } })
load.empty('orders')
load.taskGroup('customers').empty('all')
load.after(start).before(dag.empty('report'))
