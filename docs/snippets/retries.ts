import { Dag, FailTask, getContext, SkipTask } from 'stepdag'

export const dag = new Dag('call_a_service')

// #region retries
const call = dag.task(
  'call',
  async (): Promise<number> => {
    const { signal, idempotencyKey } = getContext()
    const headers = { 'idempotency-key': idempotencyKey }
    const response = await fetch('https://example.com/orders', { method: 'POST', headers, signal })
    if (response.status === 404) throw new SkipTask('nothing to do today')
    if (response.status === 401) throw new FailTask('the key was refused; trying again would not help')
    if (!response.ok) throw new Error(`the service answered ${response.status}`)
    return response.status
  },
  { retries: 4, retryDelay: 10, retryExponentialBackoff: 2, maxRetryDelay: 60, executionTimeout: 30 },
)
// #endregion

// #region policy
const patient = dag.task('patient', async () => console.log('asking'), {
  retries: 5,
  retryJitter: 'full',
  retryPolicy: [
    { error: 'Throttled', action: 'retry', delay: 60 },
    { error: 'NothingNew', action: 'skip' },
    { error: '*permission*', action: 'fail' },
  ],
})
// #endregion

call()
patient()
