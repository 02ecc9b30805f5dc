/** Tasks in a row: a sequence of states. A failure jumps to the end, because nothing behind it can run. */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('chain_of_three')

chain(dag.empty('extract'), dag.empty('transform'), dag.empty('load'))
