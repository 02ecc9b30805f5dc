/**
 * `notify` starts with the first of three that succeeds or fails; `report` waits for `notify` and `slow` and needs no gate.
 * `echo` has one upstream: its rule is decided when that has ended, so a plain sequence says it.
 */
import { Dag } from 'stepdag'

export const dag = new Dag('first_of_three')

const [fast, slow, other] = [dag.empty('fast'), dag.empty('slow'), dag.empty('other')]
const notify = dag.empty('notify', { triggerRule: 'one_done' }).after(fast, slow, other)
dag.empty('report').after(notify, slow)
dag.empty('echo', { triggerRule: 'one_done' }).after(other)
