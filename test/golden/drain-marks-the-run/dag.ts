/** Every failure goes through a call that marks the run as failing; what starts later is skipped, except teardowns. */
import { Dag } from 'stepdag'

export const dag = new Dag('drain', { onFailure: 'drain' })

const a = dag.empty('a')
a.before(dag.empty('b'), dag.empty('c'))
