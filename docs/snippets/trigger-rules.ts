import { Dag, optional } from 'stepdag'

// #region early
export const dag = new Dag('rates')

const near = dag.task('near', async (): Promise<number> => 1.08)()
const far = dag.task('far', async (): Promise<number> => 1.08)()

type Rates = { near: number | null; far: number | null }
const convert = dag.task('convert', async ({ near, far }: Rates) => near ?? far, { triggerRule: 'one_success' })
convert({ near: optional(near), far: optional(far) })

const alert = dag.task('alert', async () => console.log('a source is down'), { triggerRule: 'one_failed' })
alert().after(near, far)
// #endregion
