/**
 * Names that fail or skip are never tried again, a name with its own delay has its own retrier, delays are jittered. What a pattern
 * catches, the wrapper throws under the name of its rule.
 */
import { Dag } from 'stepdag'

export const dag = new Dag('policies')

dag.task('call', async () => {}, {
  retries: 3,
  retryDelay: 10,
  retryExponentialBackoff: 2,
  maxRetryDelay: 15,
  retryJitter: 'full',
  retryPolicy: [
    { error: 'BadRequest', action: 'fail' },
    { error: 'TooManyRequests', action: 'retry', delay: 120 },
    { error: '*quota*', action: 'retry', delay: 3600 },
  ],
})()
