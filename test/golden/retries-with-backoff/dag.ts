/** Retries, their delays and the longest delay become a retrier; infrastructure errors have one of their own. */
import { Dag } from 'stepdag'

export const dag = new Dag('retries_with_backoff')

dag.task('capped', async () => {}, { retries: 5, retryDelay: 60, retryExponentialBackoff: 2, maxRetryDelay: 300 })()
dag.task('constant', async () => {}, { retries: 2, retryDelay: 10 })()
dag.task('patient', async () => {}, { retries: 3, retryDelay: 1, retryExponentialBackoff: 3, maxInfraRetries: 8 })()
