import { Dag, glueJob, snsPublish } from 'stepdag'

export const dag = new Dag('refresh')
const isLarge = dag.task('is_large', async () => true)()
const job = dag.task('job', glueJob({ args: { JobName: 'refresh' } }))()
const small = dag.empty('small')
dag.if(isLarge).then(job).else(small)
const topic = 'arn:aws:sns:eu-central-1:123456789012:refreshed'
dag
  .task('tell', snsPublish({ args: { TopicArn: topic, Message: 'done' } }), {
    triggerRule: 'none_failed_min_one_success',
  })()
  .after(job, small)
