/** A deferrable task: its handler starts outside work, the state waits for the answer and for signs of life. */
import { Dag, deferrable } from 'stepdag'

export const dag = new Dag('outside')

const job = dag.task(
  'job',
  deferrable(async () => {}, { timeout: 3600, heartbeat: 60 }),
)()
job.before(dag.empty('load'))
