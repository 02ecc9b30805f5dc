import {
  athenaQuery,
  awsSdk,
  Dag,
  dynamodb,
  ecsTask,
  glueJob,
  out,
  run,
  snsPublish,
  sqsSend,
  taskToken,
  tpl,
} from 'stepdag'

// #region job
export const dag = new Dag('lake', { schedule: '0 3 * * *', params: { target: 'sales' } })
const stage = dag.task('stage', async () => ({ table: { name: 'staged_sales' }, rows: 3 }))()
const merge = athenaQuery({
  args: {
    QueryString: `merge into ${run.params.target} using ${out(stage).table.name} on day = date '${run.ds}'`,
    WorkGroup: 'etl',
  },
})
const merged = dag.task('merge', merge, { retries: 2, executionTimeout: 7200 })()
// #endregion

// #region read
const tell = snsPublish({
  args: {
    TopicArn: 'arn:aws:sns:eu-central-1:123456789012:merged',
    Message: { query: out(merged).QueryExecution.QueryExecutionId, rows: out(stage).rows },
  },
})
dag.task('tell', tell)()
// #endregion

// #region token
const review = sqsSend({
  pattern: 'wait_for_task_token',
  heartbeat: 3600,
  args: {
    QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/reviews',
    MessageBody: { day: tpl`{{ ds }}`, token: taskToken },
  },
})
const reviewed = dag.task('review', review, { executionTimeout: 86_400 })()
reviewed.after(merged)
// #endregion

// #region others
const lock = dynamodb({ action: 'putItem', args: { TableName: 'locks', Item: { pk: { S: `${run.runId}` } } } })
const model = ecsTask({
  args: { Cluster: 'etl', TaskDefinition: 'score', LaunchType: 'FARGATE' },
  iam: [{ actions: ['ecs:TagResource'], resources: ['*'] }],
})
const compact = glueJob({ args: { JobName: 'compact', Arguments: { '--day': run.ds } } })
const region = awsSdk({ service: 'ssm', action: 'getParameter', args: { Name: '/etl/region' }, isIdempotent: true })
const locked = dag.task('lock', lock)()
locked.before(dag.task('model', model)(), dag.task('compact', compact)(), dag.task('region', region)())
reviewed.before(locked)
// #endregion
