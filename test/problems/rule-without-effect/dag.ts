import { Dag } from 'stepdag'

export const dag = new Dag('nightly')

dag.task('alert', async () => undefined, { triggerRule: 'one_failed' })()
