import { Dag } from 'stepdag'

async function extract() {
  return 3
}

export const dag = new Dag('sales')
// @ts-expect-error: the function is called here, so the task gets a promise instead of a handler.
dag.task('extract', extract())()
