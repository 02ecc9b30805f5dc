/** A wide fan: every branch is one state of one Parallel, and no gate is needed to join them. */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('fan_out_fan_in')

const shards = Array.from({ length: 8 }, (_, i) => dag.empty(`shard_${i}`))
chain(dag.empty('split'), shards, dag.empty('merge'))
