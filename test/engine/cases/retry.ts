import {
  broke,
  end,
  expectCount,
  expectDelays,
  failed,
  give,
  guide,
  never,
  onError,
  retried,
  spec,
  throws,
  throwsInTurn,
} from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const source = spec('Retrying after error')
const oops = { lambdas: { work: throws('Oops') }, error: 'Oops' }
const retry = (...Retry: object[]) => ({ T: { ...invoke(), Retry, ...end } })
const delays = (
  title: string,
  retrier: object,
  milliseconds: readonly number[],
  more: Partial<EngineCase> = {},
): EngineCase => ({
  title,
  source,
  states: retry({ ErrorEquals: ['Oops'], ...retrier }),
  ...oops,
  check: ({ history }) => expectDelays(history, milliseconds),
  ...more,
})

export const retryCases: readonly EngineCase[] = [
  {
    title: 'a retried task schedules its call again within the state it entered once',
    source: guide('Handling errors in Step Functions workflows: Retry'),
    states: retry({ ErrorEquals: ['Oops'], MaxAttempts: 2 }),
    ...oops,
    events: failed(broke('T'), retried, 'TaskFailed', retried, 'TaskFailed'),
  },
  delays(
    'IntervalSeconds is the first delay, and each later one doubles',
    { IntervalSeconds: 5 },
    [5000, 10_000, 20_000],
  ),
  delays(
    'a BackoffRate of 1 keeps the delay',
    { IntervalSeconds: 7, BackoffRate: 1, MaxAttempts: 4 },
    [7000, 7000, 7000, 7000],
  ),
  delays(
    'a BackoffRate may have a fraction',
    { IntervalSeconds: 2, BackoffRate: 1.5, MaxAttempts: 3 },
    [2000, 3000, 4500],
  ),
  delays(
    'MaxDelaySeconds bounds a delay that has grown',
    { IntervalSeconds: 10, MaxDelaySeconds: 25, MaxAttempts: 4 },
    [10_000, 20_000, 25_000, 25_000],
  ),
  delays('JitterStrategy NONE changes nothing', { JitterStrategy: 'NONE', MaxAttempts: 2 }, [1000, 2000]),
  delays(
    'full jitter may be next to no delay',
    { IntervalSeconds: 10, JitterStrategy: 'FULL', MaxAttempts: 2 },
    [0, 0],
    { random: () => 0 },
  ),
  delays(
    'full jitter stays below the delay, also below the bound',
    { IntervalSeconds: 10, JitterStrategy: 'FULL', MaxDelaySeconds: 12, MaxAttempts: 2 },
    [9000, 10_800],
    { random: () => 0.9 },
  ),
  delays('MaxAttempts counts retries, not calls', { MaxAttempts: 1 }, [1000]),
  {
    title: 'an error that no retrier names is not retried',
    source,
    states: retry({ ErrorEquals: ['Other'] }, { ErrorEquals: ['Another'] }),
    ...oops,
    events: failed(broke('T')),
  },
  {
    title: 'the first retrier that names the error decides, even when a later one would too',
    source,
    states: retry(
      { ErrorEquals: ['Oops'], MaxAttempts: 1, IntervalSeconds: 3 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 9 },
    ),
    ...oops,
    check: ({ history }) => expectDelays(history, [3000]),
  },
  {
    title: 'each retrier has its own count and its own growth',
    source: spec('Complex retry scenarios'),
    states: retry(
      { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 2 },
      { ErrorEquals: ['B'], IntervalSeconds: 10, MaxAttempts: 2 },
    ),
    lambdas: { work: throwsInTurn(['A', 'B', 'A', 'B']) },
    check: ({ history }) => expectDelays(history, [1000, 10_000, 2000, 20_000]),
  },
  {
    title: 'a retrier may name several errors',
    source,
    states: retry({ ErrorEquals: ['A', 'B'], MaxAttempts: 2, BackoffRate: 1 }),
    lambdas: { work: throwsInTurn(['A', 'B']) },
    check: ({ history }) => expectDelays(history, [1000, 1000]),
  },
  {
    title: 'States.ALL retries any error',
    source: spec('Appendix A: States.ALL'),
    states: retry({ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }),
    lambdas: { work: throwsInTurn(['Whatever']) },
    check: ({ events }) => expectCount(events, 'TaskScheduled', 2),
  },
  {
    title: 'States.TaskFailed retries an error of the function',
    source: spec('Appendix A: States.TaskFailed'),
    states: retry({ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }),
    lambdas: { work: throwsInTurn(['Whatever']) },
    check: ({ events }) => expectCount(events, 'TaskScheduled', 2),
  },
  {
    title: 'States.TaskFailed does not retry a timeout',
    source: guide('Handling errors: States.TaskFailed'),
    states: { T: { ...invoke(), TimeoutSeconds: 5, Retry: [{ ErrorEquals: ['States.TaskFailed'] }], ...end } },
    lambdas: { work: never },
    error: 'States.Timeout',
    check: ({ events }) => expectCount(events, 'TaskScheduled', 1),
  },
  {
    title: 'States.Timeout retries a task that took too long, and its time starts again',
    source: spec('Appendix A: States.Timeout'),
    states: {
      T: {
        ...invoke(),
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 2, BackoffRate: 1 }],
        ...end,
      },
    },
    lambdas: { work: never },
    error: 'States.Timeout',
    check: ({ history, events }) => {
      expectDelays(history, [6000, 6000])
      expectCount(events, 'TaskTimedOut', 3)
    },
  },
  {
    title: 'the context object counts retries of the state',
    source: guide('Accessing execution data from the Context object: State.RetryCount'),
    states: {
      T: {
        ...invoke({ count: '{% $states.context.State.RetryCount %}' }),
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Output: '{% $states.result.Payload %}',
        ...end,
      },
    },
    lambdas: {
      work: (event) => {
        const { count } = event as { count: number }
        if (count < 3) throw Object.assign(new Error('more'), { name: 'More' })
        return count
      },
    },
    output: 3,
  },
  {
    title: 'arguments are evaluated again for every attempt',
    source: guide('Handling errors in Step Functions workflows: Retry'),
    states: {
      T: {
        ...invoke('{% "attempt " & $states.context.State.RetryCount %}'),
        Retry: [{ ErrorEquals: ['Oops'], MaxAttempts: 1 }],
        Output: '{% $states.result.Payload %}',
        ...end,
      },
    },
    lambdas: {
      work: (event) => {
        if (event === 'attempt 0') throw Object.assign(new Error('first'), { name: 'Oops' })
        return event
      },
    },
    output: 'attempt 1',
  },
  {
    title: 'a state that is entered again starts with fresh retries',
    source: `${source}: counts are per state entry`,
    states: {
      T: {
        ...invoke(),
        Retry: [{ ErrorEquals: ['Oops'], MaxAttempts: 1 }],
        Catch: [onError(['Oops'], { Assign: { rounds: '{% $exists($rounds) ? $rounds + 1 : 1 %}' } })],
        ...end,
      },
      Caught: { Type: 'Choice', Choices: [{ Condition: '{% $rounds < 2 %}', Next: 'T' }], Default: 'Done' },
      Done: give('{% $rounds %}'),
    },
    lambdas: { work: throws('Oops') },
    output: 2,
    check: ({ events }) => expectCount(events, 'TaskScheduled', 4),
  },
  {
    title: 'an expression that fails can be retried by name',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: {
      T: {
        ...invoke('{% $nothing %}'),
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
        ...end,
      },
    },
    error: 'States.QueryEvaluationError',
    check: ({ events }) => expectCount(events, 'EvaluationFailed', 2),
  },
]
