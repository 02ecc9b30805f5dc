/**
 * Nothing of ours runs in a service task, so its machine reads whether the run is failing before it calls: `publish` is not
 * called when `check` has failed while `build` was running. What comes first, `lock`, has nothing to look for.
 */
import { Dag, dynamodb, snsPublish } from 'stepdag'

export const dag = new Dag('drained_service', { onFailure: 'drain' })

const lock = dag.task(
  'lock',
  dynamodb({ action: 'putItem', args: { TableName: 'locks', Item: { pk: { S: 'all' } } } }),
)()
const build = dag.empty('build').after(lock)
dag.empty('check').after(lock)
const topic = 'arn:aws:sns:eu-central-1:123456789012:built'
dag
  .task('publish', snsPublish({ args: { TopicArn: topic, Message: 'built' } }))()
  .after(build)
