/** Delays that a retry policy gives, from the thrown error to the start of the next try. */
import { expect, test } from 'vitest'
import { Dag } from '../../dag-compiler/define.ts'
import { simulate } from '../../local/virtual/index.ts'

test.each([
  ['Throttled', 60],
  ['QuotaExceeded', 3600],
  ['Closed', 7],
  ['Unknown', 10],
])('after %s the next try starts %i seconds later', async (throws, delay) => {
  const dag = new Dag('delays')
  dag.task('a', async () => 1, {
    retries: 2,
    retryDelay: 10,
    retryPolicy: [
      { error: 'Throttled', action: 'retry', delay: 60 },
      { error: '*Quota*', action: 'retry', delay: 3600 },
      { error: 'Closed', action: 'retry', delay: 7 },
    ],
  })()
  const { tasks } = await simulate(dag, { outcomes: { a: [{ throws }] } })
  expect(tasks.a).toMatchObject({ state: 'success', tries: 2, end: 1 + delay + 1 })
})
