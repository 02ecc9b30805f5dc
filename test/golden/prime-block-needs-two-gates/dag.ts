/** Nine tasks that no nesting expresses: three branches, and two gates where they need each other's results. */
import { Dag } from 'stepdag'

export const dag = new Dag('prime_block')

const [a, b, c] = [dag.empty('a'), dag.empty('b'), dag.empty('c')]
const [d, e, f] = [dag.empty('d'), dag.empty('e'), dag.empty('f')]
const [x, y, z] = [dag.empty('x'), dag.empty('y'), dag.empty('z')]
a.before(d, e)
b.before(e)
c.before(e, f)
d.before(x, y)
e.before(y)
f.before(y, z)
