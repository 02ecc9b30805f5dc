import { Dag } from 'stepdag'

export const dag = new Dag('sales', { maxMapLength: 5 })
const load = dag.task('load', async ({ shop, day }: { shop: string; day: number }) => `${shop}${day}`)
load.expand({ shop: ['north', 'south'], day: [1, 2, 3] })
