import { end, expectCount, expectLasts, failed, give, guide, never, onError, regionOf, spec } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const source = spec('Timeouts and heartbeats')
const stuck = { lambdas: { work: never } }
const inTime =
  (milliseconds: number): NonNullable<EngineCase['check']> =>
  ({ history }) =>
    expectLasts(history, milliseconds)

export const timeoutCases: readonly EngineCase[] = [
  {
    title: 'TimeoutSeconds ends a task that is too slow',
    source,
    states: { T: { ...invoke(), TimeoutSeconds: 20, ...end } },
    ...stuck,
    error: 'States.Timeout',
    events: failed('TaskStateEntered:T', 'TaskScheduled', 'TaskStarted', 'TaskTimedOut'),
    check: inTime(20_000),
  },
  {
    title: 'a task that answers just in time succeeds',
    source,
    states: { T: { ...invoke(), TimeoutSeconds: 20, Output: '{% $states.result.Payload %}', ...end } },
    lambdas: {
      work: (_, { clock }) => new Promise((resolve) => void clock.alarm(clock.now() + 19_999, () => resolve('just'))),
    },
    output: 'just',
    check: inTime(19_999),
  },
  {
    title: 'TimeoutSeconds may be an expression',
    source: guide('Task workflow state'),
    states: { T: { ...invoke(), TimeoutSeconds: '{% $states.input.most * 60 %}', ...end } },
    input: { most: 2 },
    ...stuck,
    error: 'States.Timeout',
    check: inTime(120_000),
  },
  {
    title: 'a TimeoutSeconds that is no number fails the task',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { T: { ...invoke(), TimeoutSeconds: '{% "soon" %}', ...end } },
    ...stuck,
    error: 'States.QueryEvaluationError',
  },
  {
    title: 'a function ARN that is too slow leaves LambdaFunctionTimedOut',
    source: guide('History events'),
    states: {
      T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:work', TimeoutSeconds: 3, ...end },
    },
    ...stuck,
    error: 'States.Timeout',
    events: failed('TaskStateEntered:T', 'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionTimedOut'),
  },
  {
    title: 'the machine as a whole has a time too, and ends TIMED_OUT without an error to catch',
    source: spec('Top-level fields: TimeoutSeconds'),
    machine: { TimeoutSeconds: 30 },
    states: {
      P: {
        Type: 'Parallel',
        Branches: [regionOf({ Type: 'Wait', Seconds: 100 })],
        Catch: [onError(['States.ALL'])],
        ...end,
      },
      Caught: give(1),
    },
    status: 'TIMED_OUT',
    check: ({ history, events }) => {
      expectLasts(history, 30_000)
      expectCount(events, 'ExecutionTimedOut', 1)
    },
  },
  {
    title: 'an execution that ends in its time is not timed out',
    source: spec('Top-level fields: TimeoutSeconds'),
    machine: { TimeoutSeconds: 30 },
    states: { W: { Type: 'Wait', Seconds: 29, ...end } },
    output: {},
    check: inTime(29_000),
  },
  {
    title: 'time between retries does not count for the task, but for the machine',
    source,
    machine: { TimeoutSeconds: 60 },
    states: {
      T: {
        ...invoke(),
        TimeoutSeconds: 10,
        Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 100 }],
        ...end,
      },
    },
    ...stuck,
    status: 'TIMED_OUT',
    check: inTime(60_000),
  },
  {
    title: 'one branch out of time fails the Parallel with States.Timeout',
    source: spec('Parallel State'),
    states: {
      P: {
        Type: 'Parallel',
        Branches: [regionOf({ ...invoke(), TimeoutSeconds: 5 }, 'T'), regionOf({ Type: 'Wait', Seconds: 50 }, 'W')],
        Catch: [onError(['States.Timeout'])],
        ...end,
      },
      Caught: give('late'),
    },
    ...stuck,
    output: 'late',
    check: inTime(5000),
  },
]
