import { Dag } from 'stepdag'

export const dag = new Dag('every_shop')
for (let shop = 1; shop <= 5200; shop++) dag.task(`shop_${shop}`, async () => shop)()
