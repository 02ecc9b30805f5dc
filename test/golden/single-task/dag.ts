/** One task: one state, then the verdict. */
import { Dag } from 'stepdag'

export const dag = new Dag('single_task')

dag.task('greet', async () => 'hello')()
