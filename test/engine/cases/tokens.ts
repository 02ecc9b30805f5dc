/** Tasks that wait for somebody to send their token back. */
import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { expect } from 'vitest'
import { awaited, end, expectCount, expectLasts, failed, give, guide, onError, spec, succeeded } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import type { FakeService, Harness } from '../harness.ts'

const source = guide('Wait for a callback with the task token')
const queue = 'https://sqs.us-east-1.amazonaws.com/111111111111/reviews'
const ask = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Arguments: {
    QueueUrl: queue,
    MessageBody: { token: '{% $states.context.Task.Token %}', about: '{% $states.input %}' },
  },
}
type Client = Harness['client']
type Around = Pick<Harness, 'client' | 'clock'>

/** Somebody who reads the queue and does something with the token of the message, `seconds` later. */
const reader =
  (
    seconds: number,
    act: (client: Client, taskToken: string, clock: Around['clock']) => Promise<unknown>,
  ): FakeService =>
  (_service, _action, args, { client, clock }) => {
    const { MessageBody } = args as { MessageBody: string } // the optimized integration makes text of it
    const { token } = JSON.parse(MessageBody) as { token: string }
    clock.alarm(clock.now() + seconds * 1000, () => void act(client, token, clock))
    return { MessageId: 'm-1' }
  }
const says = (output: unknown) => (client: Client, taskToken: string) =>
  client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))
const refuses = (client: Client, taskToken: string) =>
  client.send(new SendTaskFailureCommand({ taskToken, error: 'Refused', cause: 'by a person' }))
const silence = reader(0, async () => {})

export const tokenCases: readonly EngineCase[] = [
  {
    title: 'SendTaskSuccess ends the task with its output',
    source,
    states: { T: { ...ask, ...end } },
    service: reader(3600, says({ approved: true })),
    output: { approved: true },
    events: succeeded(awaited('T')),
    check: ({ history }) => expectLasts(history, 3_600_000),
  },
  {
    title: 'the answer to the call itself is in TaskSubmitted, not in the result',
    source,
    states: { T: { ...ask, Output: '{% $states.result %}', ...end } },
    service: reader(1, says('the answer')),
    output: 'the answer',
    check: ({ history }) => {
      const submitted = history.find(({ type }) => type === 'TaskSubmitted')
      expect(JSON.parse(submitted!.taskSubmittedEventDetails!.output!)).toMatchObject({ MessageId: 'm-1' })
    },
  },
  {
    title: 'SendTaskFailure fails the task with its error and cause',
    source,
    states: { T: { ...ask, ...end } },
    service: reader(1, refuses),
    error: 'Refused',
    cause: /^by a person$/,
    events: failed('TaskStateEntered:T', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskFailed'),
  },
  {
    title: 'an error sent for a token is caught by its name',
    source,
    states: { T: { ...ask, Catch: [onError(['Refused'])], ...end }, Caught: give('{% $states.input %}') },
    service: reader(1, refuses),
    output: { Error: 'Refused', Cause: 'by a person' },
  },
  {
    title: 'a task without an answer waits as long as its TimeoutSeconds',
    source: spec('Timeouts and heartbeats'),
    states: { T: { ...ask, TimeoutSeconds: 86_400, ...end } },
    service: silence,
    error: 'States.Timeout',
    check: ({ history }) => expectLasts(history, 86_400_000),
  },
  {
    title: 'a task without a heartbeat fails with States.HeartbeatTimeout',
    source: guide('Handling errors: States.HeartbeatTimeout'),
    states: { T: { ...ask, HeartbeatSeconds: 60, TimeoutSeconds: 600, ...end } },
    service: silence,
    error: 'States.HeartbeatTimeout',
    check: ({ history, events }) => {
      expectLasts(history, 60_000)
      expectCount(events, 'TaskTimedOut', 1)
    },
  },
  {
    title: 'States.Timeout in a catcher matches a missed heartbeat too',
    source: guide('Handling errors: States.HeartbeatTimeout and States.Timeout'),
    states: {
      T: { ...ask, HeartbeatSeconds: 60, Catch: [onError(['States.Timeout'])], ...end },
      Caught: give('silent'),
    },
    service: silence,
    output: 'silent',
  },
  {
    title: 'States.HeartbeatTimeout is an error name of its own',
    source: guide('Handling errors: States.HeartbeatTimeout'),
    states: {
      T: {
        ...ask,
        HeartbeatSeconds: 60,
        Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Caught' }],
        ...end,
      },
      Caught: give('{% $states.input.Error %}'),
    },
    service: silence,
    output: 'States.HeartbeatTimeout',
  },
  {
    title: 'a heartbeat keeps the task alive for that long again',
    source: guide('SendTaskHeartbeat'),
    states: { T: { ...ask, HeartbeatSeconds: 60, ...end } },
    service: reader(50, (client, taskToken) => client.send(new SendTaskHeartbeatCommand({ taskToken }))),
    error: 'States.HeartbeatTimeout',
    check: ({ history }) => expectLasts(history, 110_000),
  },
  {
    title: 'every retry has a token of its own, and the answer to the new one counts',
    source,
    states: { T: { ...ask, Retry: [{ ErrorEquals: ['Refused'], MaxAttempts: 1 }], ...end } },
    service: refusesFirst(),
    output: 'second time',
    check: ({ events }) => expectCount(events, 'TaskSubmitted', 2),
  },
  {
    title: 'a call that is refused is TaskSubmitFailed',
    source: guide('History events'),
    states: { T: { ...ask, ...end } },
    service: () => {
      throw Object.assign(new Error('The queue does not exist'), { name: 'AmazonSQSException' })
    },
    error: 'SQS.AmazonSQSException',
    events: failed('TaskStateEntered:T', 'TaskScheduled', 'TaskStarted', 'TaskSubmitFailed'),
  },
]

function refusesFirst(): FakeService {
  const made = { calls: 0 }
  return reader(1, (client, token) =>
    made.calls++ === 0 ? refuses(client, token) : says('second time')(client, token),
  )
}
