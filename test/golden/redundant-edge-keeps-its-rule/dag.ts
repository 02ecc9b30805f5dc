/** The edge from `extract` to `publish` is implied by the chain, so it adds no state; the rule of `publish` still counts it. */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('redundant_edge')

const extract = dag.empty('extract')
const publish = dag.empty('publish', { triggerRule: 'all_done' })
chain(extract, dag.empty('check'), publish)
extract.before(publish)
