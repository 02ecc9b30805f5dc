import { awsSdk, Dag, glueJob, snsPublish } from 'stepdag'

export const dag = new Dag('lake')
// TypeScript refuses these patterns; a file in plain JavaScript gets this problem.
const sync = 'sync' as 'request_response'
const token = 'wait_for_task_token' as 'sync'
dag.task('tell', snsPublish({ pattern: sync, args: { Message: 'done' } }))()
dag.task('load', glueJob({ pattern: token, args: { JobName: 'load' } }))()
dag.task('copy', awsSdk({ service: 'DataSync', action: 'StartTaskExecution', args: {} }))()
