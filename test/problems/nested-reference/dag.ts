import { Dag } from 'stepdag'

export const dag = new Dag('sales')
const north = dag.task('north', async () => 3)
const south = dag.task('south', async () => 4)
const total = dag.task('total', async ({ counts }: { counts: number[] }) => counts.length)

// @ts-expect-error: references inside a literal are not bound.
total({ counts: [north(), south()] })
