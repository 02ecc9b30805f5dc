import { Dag, snsPublish, tpl } from 'stepdag'

export const dag = new Dag('lake')
dag.task('tell', snsPublish({ args: { Message: tpl`{{ logical_dat }}: {{ var.value.greeting }}` } }))()
