/**
 * Shows retries: the first task fails twice and succeeds at its third try, one second after each failure. The second
 * task waits for the success and never notices. Both failed tries stay in the history.
 */
import { Dag, getContext } from 'stepdag'

export const dag = new Dag('flaky', { description: 'Fails twice, then succeeds', tags: ['example'] })

const fetchRate = dag.task(
  'fetch_rate',
  async (): Promise<{ tries: number; rate: number }> => {
    const { tryNumber } = getContext()
    if (tryNumber < 3) throw new Error(`the rate service is busy (try ${tryNumber})`)
    return { tries: tryNumber, rate: 0.9432 }
  },
  { retries: 2, retryDelay: 1 },
)

const publish = dag.task('publish', async ({ fetched }: { fetched: { tries: number; rate: number } }) => {
  console.log(`rate ${fetched.rate}, fetched at try ${fetched.tries}`)
  return fetched.rate
})

publish({ fetched: fetchRate() })
