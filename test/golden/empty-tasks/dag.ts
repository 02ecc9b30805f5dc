/** Empty tasks without edges run side by side; each is still a task with a state and a record. */
import { Dag } from 'stepdag'

export const dag = new Dag('empty_tasks')

dag.empty('first')
dag.empty('second')
