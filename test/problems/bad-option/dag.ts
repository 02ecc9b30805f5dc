import { Dag } from 'stepdag'

export const dag = new Dag('sales', { maxActiveRuns: 0 })
dag.task('extract', async () => 3, { retries: 2.5 })()
// @ts-expect-error: there is no such option.
dag.task('load', async () => 3, { retires: 2 })()

// @ts-expect-error: options of tasks have their place in `defaults`.
export const weekly = new Dag('weekly_sales', { retries: 2 })
weekly.empty('load')
// @ts-expect-error: runs cannot be cleared yet.
weekly.triggerDagRun({ taskId: 'again', dagId: 'sales', runId: 'manual__again', resetDagRun: true })
