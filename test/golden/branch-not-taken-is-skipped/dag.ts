/** Nothing of a decision is in the machine: the decider's wrapper marks who is skipped, so no failure jumps over them. */
import { Dag } from 'stepdag'

export const dag = new Dag('branches')

const isBusy = dag.task('is_busy', async () => true)()
const big = dag.empty('big')
const small = dag.empty('small')
dag.if(isBusy).then(big).else(small)
dag.empty('join', { triggerRule: 'none_failed_min_one_success' }).after(big, small)
