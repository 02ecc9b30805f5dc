/** The other deciders: their options and what each keeps from being skipped are in the wiring. */
import { Dag } from 'stepdag'

export const dag = new Dag('deciders')

const choose = dag.task('choose', async () => 'left')()
dag.switch(choose).case(dag.empty('left')).case(dag.empty('right'))
const some = dag.task('some', async () => ['x'])()
const x = dag.empty('x').after(some)
dag.empty('y').after(some, x)
dag.branch(some)
const goOn = dag.task('go_on', async () => true)()
goOn.before(dag.empty('next').before(dag.empty('last')))
dag.shortCircuit(goOn)
dag.latestOnly('latest').before(dag.empty('only_now'))
