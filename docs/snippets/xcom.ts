import { Dag, getClient, optional } from 'stepdag'

export const dag = new Dag('measure')

// #region xcom
type Reading = { sensor: string; value: number }

const measure = dag.task('measure', async (): Promise<Reading[]> => {
  const readings = [{ sensor: 'roof', value: 21.5 }]
  await getClient().setXCom({ key: 'count', value: readings.length })
  return readings // the XCom `return_value`
})

const publish = dag.task('publish', async ({ readings }: { readings: Reading[] | null }) => {
  const count = await getClient().getXCom<number>({ key: 'count', taskId: 'measure' })
  const unit = await getClient().getVariable('unit')
  console.log(`${count} readings in ${unit ?? 'C'}:`, readings)
})

publish({ readings: optional(measure()) })
// #endregion
