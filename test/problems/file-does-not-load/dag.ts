import { Dag } from 'stepdag'

export const dag = new Dag('sales', {
  schedule: '@daily'
  tags: ['shop'],
})
dag.empty('load')
