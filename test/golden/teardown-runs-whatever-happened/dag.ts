/** `work` depends on its setup besides its rule, so no failure jumps over it; the teardown counts the setup and is no leaf. */
import { Dag } from 'stepdag'

export const dag = new Dag('setups')

const create = dag.empty('create').asSetup()
const work = dag.empty('work').after(create)
dag
  .empty('delete')
  .asTeardown({ setups: [create] })
  .after(work)
work.before(dag.empty('report'))
