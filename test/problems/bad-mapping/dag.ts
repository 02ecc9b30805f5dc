import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const copy = dag.task('copy', async ({ name, bucket }: { name: string; bucket: string }) => `${bucket}/${name}`)
copy.partial({ bucket: 'raw' }).expandKwargs([])

const region = dag.taskGroup('region')
const { code } = region.expand({ code: ['eu', 'us'] })
const load = region.task('load', async ({ code, day }: { code: string; day: number }) => `${code}${day}`)
load.partial({ code }).expand({ day: [1, 2] })

const report = dag.task('report', async ({ code }: { code: string }) => code)
report({ code })
