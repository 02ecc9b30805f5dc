/** Chains without edges between them never wait for each other. */
import { chain, Dag } from 'stepdag'

export const dag = new Dag('independent_chains')

for (const region of ['eu', 'us', 'asia']) {
  chain(dag.empty(`${region}_extract`), dag.empty(`${region}_load`))
}
