import { Dag, sqsSend, taskToken, tpl } from 'stepdag'

export const dag = new Dag('review')
const ask = sqsSend({
  pattern: 'wait_for_task_token',
  heartbeat: 600,
  args: {
    QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/reviews',
    MessageBody: { day: tpl`{{ ds }}`, token: taskToken },
  },
})
dag.task('ask', ask, { executionTimeout: 900 })()
