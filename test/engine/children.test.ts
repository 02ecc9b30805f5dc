/**
 * Executions that a state starts. Source: AWS, "Start workflow executions from a task state in Step Functions" and
 * "Discover service integration patterns" (`.sync` is stopped with its parent).
 */
import { StopExecutionCommand } from '@aws-sdk/client-sfn'
import { afterEach, expect, it } from 'vitest'
import { expectTree } from './cases.ts'
import { account, errorNamed, type Harness, startHarness } from './harness.ts'

const childArn = `arn:aws:states:us-east-1:${account}:stateMachine:child`
const open: Harness[] = []
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close()
})

async function world(child: object, options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  const harness = await startHarness(options)
  open.push(harness)
  await harness.create({ QueryLanguage: 'JSONata', StartAt: 'C', States: child }, 'child')
  return harness
}

const start = (pattern: string, fields: object = {}, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'S',
  States: {
    S: {
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${pattern}`,
      Arguments: { StateMachineArn: childArn, Input: { n: 1 }, Name: 'one', ...fields },
      End: true,
      ...more,
    },
  },
})

const doubled = { C: { Type: 'Pass', Output: { twice: '{% $states.input.n * 2 %}' }, End: true } }
const broken = { C: { Type: 'Fail', Error: 'Broken', Cause: 'it broke' } }
const waiting = { C: { Type: 'Wait', Seconds: 600, End: true } }
const executionArn = `arn:aws:states:us-east-1:${account}:execution:child:one`

it('.sync:2 waits for the execution and gives its output as JSON', async () => {
  const harness = await world(doubled)
  const finished = await harness.run(start('.sync:2'))
  expect(finished.output).toMatchObject({
    ExecutionArn: executionArn,
    Input: { n: 1 },
    Name: 'one',
    Output: { twice: 2 },
    OutputDetails: { Included: true },
    StateMachineArn: childArn,
    Status: 'SUCCEEDED',
  })
  expect(finished.events).toEqual([
    'ExecutionStarted',
    'TaskStateEntered:S',
    'TaskScheduled',
    'TaskStarted',
    'TaskSubmitted',
    'TaskSucceeded',
    'TaskStateExited:S',
    'ExecutionSucceeded',
  ])
  expect(finished.history[2]!.taskScheduledEventDetails).toMatchObject({
    resource: 'startExecution.sync:2',
    resourceType: 'states',
  })
  expectTree(finished)
})

it('.sync gives the output as text', async () => {
  const harness = await world(doubled)
  const finished = await harness.run(start('.sync'))
  expect(finished.output).toMatchObject({ Input: '{"n":1}', Output: '{"twice":2}' })
})

it('without a pattern the task ends when the execution has started', async () => {
  const harness = await world(waiting)
  const finished = await harness.run(start(''))
  expect(finished.output).toMatchObject({ ExecutionArn: executionArn, SdkHttpMetadata: { HttpStatusCode: 200 } })
  expect(finished.events).not.toContain('TaskSubmitted')
  expect((await harness.finish(executionArn)).status).toBe('SUCCEEDED')
})

it('a failed execution fails the task with States.TaskFailed and its description as cause', async () => {
  const harness = await world(broken)
  const finished = await harness.run(start('.sync:2'))
  expect(finished).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' })
  expect(JSON.parse(finished.cause!)).toMatchObject({
    Error: 'Broken',
    Cause: 'it broke',
    Status: 'FAILED',
    Name: 'one',
  })
})

it('a second execution of the same name is refused before it is waited for', async () => {
  const harness = await world(doubled)
  await harness.run(start('.sync:2'))
  const finished = await harness.run(start('.sync:2', { Input: { n: 2 } }))
  expect(finished).toMatchObject({ status: 'FAILED', error: 'StepFunctions.ExecutionAlreadyExistsException' })
  expect(finished.events).toContain('TaskSubmitFailed')
})

it('stopping the parent stops the execution it waits for', async () => {
  const harness = await world(waiting)
  const parent = await harness.start(await harness.create(start('.sync:2')))
  await harness.settle()
  await harness.client.send(new StopExecutionCommand({ executionArn: parent }))
  await harness.settle()
  expect((await harness.finish(executionArn)).status).toBe('ABORTED')
})

it('a task that times out stops the execution it waited for', async () => {
  const harness = await world(waiting)
  const finished = await harness.run(start('.sync:2', {}, { TimeoutSeconds: 5 }))
  expect(finished).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
  await harness.settle()
  expect((await harness.finish(executionArn)).status).toBe('ABORTED')
})

it('a token of .waitForTaskToken is answered by the execution that got it', async () => {
  const answer = {
    C: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:sfn:sendTaskSuccess',
      Arguments: { TaskToken: '{% $states.input.token %}', Output: '{% $string({"answer": 42}) %}' },
      End: true,
    },
  }
  const harness = await world(answer)
  const finished = await harness.run(
    start('.waitForTaskToken', { Input: { token: '{% $states.context.Task.Token %}' } }),
  )
  expect(finished).toMatchObject({ status: 'SUCCEEDED', output: { answer: 42 } })
})

it('an unknown machine fails the task by its AWS name', async () => {
  const harness = await world(doubled)
  const finished = await harness.run(start('.sync:2', { StateMachineArn: `${childArn}-gone` }))
  expect(finished.error).toBe('StepFunctions.StateMachineDoesNotExistException')
})

it('optimized SNS, SQS and EventBridge get text where the service takes text, and fail under their own prefix', async () => {
  const harness = await world(doubled, {
    service: (service, action, args) => {
      if (service === 'sns') throw errorNamed('NotFoundException', 'no such topic')
      return { service, action, args }
    },
  })
  const one = (resource: string, args: object) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'S',
    States: { S: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Arguments: args, End: true } },
  })
  const sent = await harness.run(one('sqs:sendMessage', { QueueUrl: 'q', MessageBody: { a: 1 } }))
  expect(sent.output).toMatchObject({ args: { QueueUrl: 'q', MessageBody: '{"a":1}' } })
  const put = await harness.run(one('events:putEvents', { Entries: [{ Source: 's', Detail: { b: 2 } }] }))
  expect(put.output).toMatchObject({ args: { Entries: [{ Source: 's', Detail: '{"b":2}' }] } })
  const published = await harness.run(one('sns:publish', { TopicArn: 't', Message: 'hi' }))
  expect(published.error).toBe('SNS.NotFoundException')
})

const job = (more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'S',
  States: {
    S: {
      Type: 'Task',
      Resource: 'arn:aws:states:::glue:startJobRun.sync',
      Arguments: { JobName: 'j' },
      End: true,
      ...more,
    },
  },
})

it('a job of another service runs as long as its stand-in takes, with the events of .sync', async () => {
  const harness = await world(doubled, { service: (_service, action) => ({ action, JobRunState: 'SUCCEEDED' }) })
  const finished = await harness.run(job())
  expect(finished.output).toEqual({ action: 'startJobRun.sync', JobRunState: 'SUCCEEDED' })
  expect(finished.events.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded'])
  expect(finished.history[2]!.taskScheduledEventDetails).toMatchObject({
    resource: 'startJobRun.sync',
    resourceType: 'glue',
  })
})

it('a failed job is States.TaskFailed, and one that nobody serves fails with the reason', async () => {
  const failing = (name: string, message: string) => ({
    service: () => {
      throw errorNamed(name, message)
    },
  })
  const failed = await (await world(doubled, failing('States.TaskFailed', '{"JobRunState":"FAILED"}'))).run(job())
  expect(failed).toMatchObject({ error: 'States.TaskFailed', cause: '{"JobRunState":"FAILED"}' })
  const refused = await (await world(doubled, failing('NotServedLocally', 'set AWS_ENDPOINT_URL_GLUE'))).run(job())
  expect(refused.error).toBe('Glue.NotServedLocally')
  expect(refused.cause).toMatch(/^set AWS_ENDPOINT_URL_GLUE/)
  expect(refused.events).toContain('TaskSubmitFailed')
})
