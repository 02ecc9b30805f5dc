import { Dag } from 'stepdag'

// #region expand
export const dag = new Dag('files', { maxMapLength: 100 })

const list = dag.task('list', async (): Promise<string[]> => ['a.csv', 'b.csv'])()

type Copy = { name: string; bucket: string }
const copy = dag.task('copy', async ({ name, bucket }: Copy) => `${bucket}/${name}`.length, {
  maxActiveTisPerDagrun: 10,
})
const sizes = copy.partial({ bucket: 'raw' }).expand({ name: list })

const total = dag.task('total', async ({ sizes }: { sizes: number[] }) => sizes.length)
total({ sizes })
// #endregion

// #region kwargs
const measure = dag.task('measure', async ({ city, day }: { city: string; day: number }) => `${city} ${day}`)
measure.expandKwargs([
  { city: 'Bern', day: 1 },
  { city: 'Basel', day: 3 },
])
// #endregion

// #region lists
const stems = list.map((name) => name.replace('.csv', ''))
const label = dag.task('label', async ({ of }: { of: [string, number] }) => of.join(': '))
label.expand({ of: stems.concat(['total']).zip(sizes, { fill: 0 }) })
// #endregion

// #region group
const perFile = dag.taskGroup('per_file')
const { name } = perFile.expand({ name: list })
const rows = perFile.task('rows', async ({ name }: { name: string }) => name.length)({ name })
perFile.task('store', async ({ rows }: { rows: number }) => console.log(rows))({ rows })

const all = dag.task('all', async ({ rows }: { rows: number[] }) => rows.length)
all({ rows: perFile.collect(rows) })
// #endregion
