/** A task that waits for its token, in the local world: the token goes to a queue, an unmodified SDK client sends it back. */
import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn'
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorld, type World } from '../../local/index.ts'
import { apiAt } from './support/api.ts'
import { makeProject } from './support/project.ts'

const reviewDag = `
import { Dag, eventBridgePut, run, sqsSend, taskToken } from 'stepdag'
export const dag = new Dag('review', {})
const review = sqsSend({
  pattern: 'wait_for_task_token',
  args: {
    QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/reviews',
    MessageBody: { run: run.runId, token: taskToken },
  },
})
const tell = eventBridgePut({ args: { Entries: [{ Source: 'dag', DetailType: 'reviewed', Detail: { run: run.runId } }] } })
const told = dag.task('tell', tell)()
told.after(dag.task('review', review, { executionTimeout: 600 })())
`

const project = makeProject()
const running: { world?: World; clients: { destroy(): void }[] } = { clients: [] }
const connect = <T extends { destroy(): void }>(
  Client: new (settings: object) => T,
  endpoint: keyof World['endpoints'],
): T => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new Client({ endpoint: running.world!.endpoints[endpoint], region: 'us-east-1', credentials })
  running.clients.push(client)
  return client
}

beforeAll(async () => {
  project.write('review.ts', reviewDag)
  running.world = await startWorld({
    projectDir: project.projectDir,
    dagsPath: project.dagsDir,
    stateDir: project.stateDir,
    port: 0,
    schedules: false,
    watch: false,
    report: () => {},
  })
}, 90_000)
afterAll(async () => {
  for (const client of running.clients) client.destroy()
  await running.world?.close()
  project.remove()
})

async function nextToken(sqs: SQSClient): Promise<string> {
  const QueueUrl = 'reviews'
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
  const [message] = Messages!
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }))
  return (JSON.parse(message!.Body!) as { token: string }).token
}

it('somebody reads the token from the queue and lets the run go on', { timeout: 90_000 }, async () => {
  const api = apiAt(running.world!.apiUrl)
  const [sqs, sfn] = [connect(SQSClient, 'messages'), connect(SFNClient, 'stepFunctions')]
  const approved = await api.trigger('review')
  const taskToken = await nextToken(sqs)
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"by":"Ada"}' }))
  expect((await api.ended('review', approved.dag_run_id)).state).toBe('success')
  const refused = await api.trigger('review')
  await sfn.send(new SendTaskFailureCommand({ taskToken: await nextToken(sqs), error: 'Refused', cause: 'by Ada' }))
  expect((await api.ended('review', refused.dag_run_id)).state).toBe('failed')
  const states = Object.values(await api.tasks('review', refused.dag_run_id)).map(({ task_id, state }) => [
    task_id,
    state,
  ])
  expect(Object.fromEntries(states)).toEqual({ review: 'failed', tell: 'upstream_failed' })
})
