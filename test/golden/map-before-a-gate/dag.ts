/** The N graph with a mapped task: when its Map is over one call tells the gate, for with no element nobody else would. */
import { Dag } from 'stepdag'

export const dag = new Dag('map_and_gate')

const a = dag.task('a', async ({ x }: { x: number }) => x).expand({ x: [1, 2, 3] })
const b = dag.empty('b')
a.before(dag.empty('c'))
dag.empty('d').after(a, b)
