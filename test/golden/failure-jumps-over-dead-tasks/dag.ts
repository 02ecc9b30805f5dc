/**
 * When `extract` fails, `clean` and `load` cannot run: the machine jumps to `report`, whose rule is all_done. `report`
 * reads how `load` ended, so the jump says so; nobody reads `clean` there, so the end of the run infers it.
 */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('dead_path')

chain(dag.empty('extract'), dag.empty('clean'), dag.empty('load'), dag.empty('report', { triggerRule: 'all_done' }))
