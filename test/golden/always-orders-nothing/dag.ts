/**
 * `heartbeat` starts with the run, whatever its upstreams do: no edge into it is structure, no gate waits, and a failed
 * `extract` need not arrive for it. `done` waits for it as for any other task.
 */
import { Dag } from 'stepdag'

export const dag = new Dag('always')

const [extract, load] = [dag.empty('extract'), dag.empty('load')]
load.after(extract)
const heartbeat = dag.empty('heartbeat', { triggerRule: 'always' }).after(extract, load)
dag.empty('done').after(heartbeat, load)
