import { Dag, sqsSend, taskToken } from 'stepdag'

export const dag = new Dag('review')
const QueueUrl = 'https://sqs.eu-central-1.amazonaws.com/123456789012/reviews'
dag.task('ask', sqsSend({ pattern: 'wait_for_task_token', args: { QueueUrl, MessageBody: 'please look' } }))()
dag.task('tell', sqsSend({ args: { QueueUrl, MessageBody: { token: taskToken } } }))()
