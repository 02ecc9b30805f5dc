import { chain, Dag } from 'stepdag'

export const dag = new Dag('nightly')

const extract = dag.empty('extract')
const check = dag.empty('check')
const load = dag.empty('load')

chain(extract, check, load)
extract.before(load)
