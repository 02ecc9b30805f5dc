import { athenaQuery, Dag } from 'stepdag'

export const dag = new Dag('lake')
dag.task('merge', athenaQuery({ args: { QueryString: `select ${'1, '.repeat(20_000)}1` } }))()
