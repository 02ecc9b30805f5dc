import { Dag } from 'stepdag'

export const dag = new Dag('nightly_sales', { maxMapLength: 40_000 })
const list = dag.task('list', async (): Promise<string[]> => [])()
const each = dag.taskGroup('each')
each.expand({ file: list })
each.empty('fetch').before(each.empty('check').before(each.empty('clean').before(each.empty('load'))))
