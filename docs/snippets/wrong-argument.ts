import { Dag } from 'stepdag'

const dag = new Dag('wrong_argument')
const count = dag.task('count', async (): Promise<number> => 3)
const greet = dag.task('greet', async ({ name }: { name: string }) => `hello ${name}`)

// @ts-expect-error: `count` returns a number, `greet` wants a string
greet({ name: count() })
