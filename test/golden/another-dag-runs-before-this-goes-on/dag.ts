/** With `waitForCompletion` the state waits for a token that the end of the other run sends; without, it is a plain call. */
import { Dag } from 'stepdag'

export const dag = new Dag('triggers')

const wait = dag.triggerDagRun({ taskId: 'wait', dagId: 'other', waitForCompletion: true })
dag.triggerDagRun({ taskId: 'tell', dagId: 'another' }).after(wait)
