import { Dag } from 'stepdag'

// A mapped group is one Map, whose body stays in one machine however many tasks it has.
export const dag = new Dag('every_shop')
const each = dag.taskGroup('each', { prefixGroupId: false })
each.expand({ region: ['eu', 'us'] })
let previous = each.empty('shop_1')
for (let shop = 2; shop <= 5100; shop++) {
  const next = each.empty(`shop_${shop}`)
  previous.before(next)
  previous = next
}
