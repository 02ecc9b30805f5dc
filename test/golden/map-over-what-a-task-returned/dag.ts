/**
 * `list` answers with the length of its array, and the Map counts to it: no state is needed to know how many instances
 * there are. `merge` sees in the entry of `copy` how they ended.
 */
import { Dag } from 'stepdag'

export const dag = new Dag('copies')

const list = dag.task('list', async (): Promise<string[]> => ['a', 'b'])()
const copy = dag.task('copy', async ({ name }: { name: string }) => name.length)
const sizes = copy.expand({ name: list })
const merge = dag.task('merge', async ({ sizes }: { sizes: readonly number[] }) => sizes.length)
merge({ sizes })
