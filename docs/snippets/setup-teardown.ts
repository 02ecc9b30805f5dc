import { chain, Dag } from 'stepdag'

// #region cluster
export const dag = new Dag('cluster')

const create = dag.task('create', async (): Promise<string> => 'cluster-1')()
const train = dag.task('train', async ({ id }: { id: string }) => console.log(`on ${id}`))({ id: create })
const remove = dag.task('remove', async ({ id }: { id: string }) => console.log(`removed ${id}`))({ id: create })

chain(create, train, remove)
remove.asTeardown({ setups: create })
// #endregion
