import { Dag } from 'stepdag'

export const dag = new Dag('every_shop')
const start = dag.empty('start')
for (let shop = 1; shop <= 3000; shop++) {
  dag.task(`shop_${shop}_of_the_whole_world`, async () => shop, { retries: 3 })().after(start)
}
