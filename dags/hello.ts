/** The smallest DAG worth drawing: three empty tasks in a row. It has no schedule; start it with `stepdag run hello`. */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('hello', { description: 'Three empty tasks in a row', tags: ['example'] })

chain(dag.empty('start'), dag.empty('middle'), dag.empty('end'))
