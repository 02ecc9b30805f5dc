/** The wrapper ends a try after 30 seconds; the state waits a minute longer, for an answer that never comes. */
import { Dag } from 'stepdag'

export const dag = new Dag('execution_timeout')

dag.task('fetch', async () => {}, { executionTimeout: 30 })()
