/** `copy` runs whatever became of `check`: only a call can tell how many instances it has, one state before its Map. */
import { Dag } from 'stepdag'

export const dag = new Dag('asked')

const list = dag.task('list', async (): Promise<string[]> => ['a', 'b'])()
const check = dag.empty('check')
const copy = dag.task('copy', async ({ name }: { name: string }) => name.length, { triggerRule: 'all_done' })
copy.expand({ name: list }).after(check)
