/** Our own conformance cases for states, data and errors. `spec` is https://states-language.net/spec.html. */
import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { describe, expect, it } from 'vitest'
import { type EngineCase, invoke, runCase } from './cases.ts'
import { errorNamed } from './harness.ts'

const dev = 'AWS Step Functions Developer Guide'
const end = { End: true }
const pass = (output: unknown) => ({ Type: 'Pass', Output: output, End: true })
const inner = (output?: unknown) => ({
  StartAt: 'In',
  States: { In: { Type: 'Pass', ...(output === undefined ? {} : { Output: output }), End: true } },
})
const fails =
  (name: string, message = 'no') =>
  () => {
    throw errorNamed(name, message)
  }
/** A function that fails `times` times, then answers how often it was called. */
const failsFirst = (times: number, name = 'Oops') => {
  const made = { calls: 0 }
  return () => {
    made.calls += 1
    if (made.calls <= times) throw errorNamed(name, 'not yet')
    return made.calls
  }
}
/** Milliseconds between the failures and the next schedulings. */
const gaps = (times: (Date | undefined)[]) =>
  times.slice(1).map((time, index) => time!.getTime() - times[index]!.getTime())

const cases: EngineCase[] = [
  {
    title: 'Pass hands its input on',
    source: 'spec, Pass State',
    states: { P: { Type: 'Pass', ...end } },
    input: { a: [1, null] },
    output: { a: [1, null] },
  },
  {
    title: 'Output replaces the state output and may be any JSON',
    source: `${dev}, Transforming data with JSONata`,
    states: { P: pass({ n: '{% $states.input.a + 1 %}', c: [true, '{% "x" %}'] }) },
    input: { a: 2 },
    output: { n: 3, c: [true, 'x'] },
  },
  {
    title: 'a string that only looks like an expression stays a string',
    source: 'spec, Data',
    states: { P: pass('a {% 1 %} b') },
    output: 'a {% 1 %} b',
  },
  {
    title: 'undefined members of an object built inside one expression are dropped',
    source: 'JSONata documentation, Object construction',
    states: { P: pass("{% {'a': 1, 'b': $states.input.none} %}") },
    output: { a: 1 },
  },
  {
    title: 'an array built in one expression stays an array with one item',
    source: 'JSONata documentation, Sequences',
    states: { P: pass('{% [$states.input.list[x=1]] %}') },
    input: { list: [{ x: 1 }, { x: 2 }] },
    output: [{ x: 1 }],
  },
  {
    title: 'Choice takes the first rule that holds',
    source: 'spec, Choice State',
    states: {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 5 %}', Next: 'Big' },
          { Condition: '{% $states.input.n > 1 %}', Next: 'Mid' },
        ],
        Default: 'Small',
      },
      Big: pass('big'),
      Mid: pass('mid'),
      Small: pass('small'),
    },
    input: { n: 3 },
    output: 'mid',
  },
  {
    title: 'Choice takes Default when no rule holds',
    source: 'spec, Choice State',
    states: {
      C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }], Default: 'B' },
      A: pass('a'),
      B: pass('b'),
    },
    output: 'b',
  },
  {
    title: 'Choice without Default and without a match fails with States.NoChoiceMatched',
    source: 'spec, Choice State; Appendix A',
    states: { C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }] }, A: pass(1) },
    error: 'States.NoChoiceMatched',
  },
  {
    title: 'a condition that is no boolean fails the state',
    source: `${dev}, Choice state: Condition must evaluate to a boolean`,
    states: { C: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'A' }], Default: 'A' }, A: pass(1) },
    error: 'States.QueryEvaluationError',
    cause: /Expected 'boolean', but was 'number' for value: 1/,
  },
  {
    title: "a rule's own Assign and Output are used",
    source: `${dev}, Choice state`,
    states: {
      C: {
        Type: 'Choice',
        Choices: [{ Condition: '{% true %}', Assign: { v: 7 }, Output: { x: 1 }, Next: 'A' }],
        Default: 'A',
      },
      A: pass('{% [$v, $states.input.x] %}'),
    },
    output: [7, 1],
  },
  {
    title: 'Assign and Output see the same entry snapshot',
    source: `${dev}, Passing data with variables: evaluated in parallel`,
    states: {
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: 2, y: '{% $x + 10 %}' }, Output: '{% $x %}', Next: 'C' },
      C: pass('{% [$states.input, $x, $y] %}'),
    },
    output: [1, 2, 11],
  },
  {
    title: 'a branch reads outer variables and its own end with it',
    source: `${dev}, Scope of variables`,
    states: {
      A: { Type: 'Pass', Assign: { x: 'outer' }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'B',
            States: {
              B: { Type: 'Pass', Assign: { y: 'inner' }, Next: 'D' },
              D: { Type: 'Pass', Output: '{% $x & "-" & $y %}', End: true },
            },
          },
        ],
        Next: 'E',
      },
      E: pass('{% {"r": $states.input, "gone": $exists($y)} %}'),
    },
    output: { r: ['outer-inner'], gone: false },
  },
  {
    title: 'the context object tells execution, machine and state',
    source: `${dev}, Accessing execution data from the Context object`,
    states: {
      P: pass(
        "{% [$states.context.Execution.Input.a, $states.context.State.Name, $states.context.StateMachine.Name, $split($states.context.Execution.Id, ':')[5], $states.context.Execution.StartTime] %}",
      ),
    },
    input: { a: 5 },
    output: [5, 'P', 'machine-0', 'execution', '2026-01-05T10:00:00.000Z'],
  },
  {
    title: 'Succeed ends the execution with its Output',
    source: 'spec, Succeed State',
    states: { S: { Type: 'Succeed', Output: '{% $states.input.a %}' } },
    input: { a: 4 },
    output: 4,
  },
  {
    title: 'Fail ends the execution with evaluated Error and Cause',
    source: 'spec, Fail State',
    states: { F: { Type: 'Fail', Error: "{% 'E' & $states.input.n %}", Cause: '{% $string($states.input) %}' } },
    input: { n: 1 },
    error: 'E1',
    cause: '{"n":1}',
  },
  {
    title: 'Wait for Seconds ends that much later',
    source: 'spec, Wait State',
    states: { W: { Type: 'Wait', Seconds: '{% $states.input.s %}', ...end } },
    input: { s: 86400 },
    check: ({ history }) => expectGap(history, 1, 2, 86_400_000),
  },
  {
    title: 'Wait until a Timestamp ends then',
    source: 'spec, Wait State',
    states: { W: { Type: 'Wait', Timestamp: '2026-01-05T12:30:00+01:00', ...end } },
    check: ({ history }) => expectGap(history, 1, 2, 90 * 60_000),
  },
  {
    title: 'a Timestamp in the past does not wait',
    source: 'spec, Wait State',
    states: { W: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', ...end } },
    check: ({ history }) => expectGap(history, 1, 2, 0),
  },
  {
    title: 'negative Seconds fail the state',
    source: 'spec, Wait State: non-negative',
    states: { W: { Type: 'Wait', Seconds: '{% -1 %}', ...end } },
    error: 'States.QueryEvaluationError',
  },
  {
    title: 'lambda:invoke answers Payload beside the call data',
    source: `${dev}, Invoke Lambda`,
    states: {
      T: {
        ...invoke('{% $states.input %}'),
        Output: '{% [$states.result.Payload, $states.result.StatusCode, $states.result.ExecutedVersion] %}',
        ...end,
      },
    },
    input: { q: 1 },
    lambdas: { work: (event) => ({ got: event }) },
    output: [{ got: { q: 1 } }, 200, '$LATEST'],
  },
  {
    title: 'a function error is an error of that name with a JSON cause',
    source: `${dev}, Handling error conditions: Lambda`,
    states: { T: { ...invoke(), ...end } },
    lambdas: { work: fails('CustomError', 'broken') },
    error: 'CustomError',
    cause: /"errorMessage":"broken"/,
    events: ['ExecutionStarted', 'TaskStateEntered:T', 'TaskScheduled', 'TaskStarted', 'TaskFailed', 'ExecutionFailed'],
  },
  {
    title: 'a function ARN as Resource gets the state input and answers its result bare',
    source: `${dev}, Task state`,
    states: { T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:work', ...end } },
    input: [3],
    lambdas: { work: (event) => event },
    output: [3],
  },
  {
    title: 'a missing function is Lambda.ResourceNotFoundException',
    source: `${dev}, error names`,
    states: { T: { ...invoke(), ...end } },
    error: 'Lambda.ResourceNotFoundException',
  },
  {
    title: 'Retry repeats until it works and counts in RetryCount',
    source: 'spec, Retrying after error',
    states: {
      T: {
        ...invoke({ n: '{% $states.context.State.RetryCount %}' }),
        Retry: [{ ErrorEquals: ['Oops'] }],
        Output: '{% $states.result.Payload %}',
        ...end,
      },
    },
    lambdas: {
      work: (event) => {
        const { n } = event as { n: number }
        if (n < 2) throw errorNamed('Oops', 'again')
        return n
      },
    },
    output: 2,
  },
  {
    title: 'Retry defaults are 1 second, doubling, 3 attempts',
    source: 'spec, Retrying after error',
    states: { T: { ...invoke(), Retry: [{ ErrorEquals: ['States.ALL'] }], ...end } },
    lambdas: { work: fails('Oops') },
    error: 'Oops',
    check: ({ history }) => expectDelays(history, [1000, 2000, 4000]),
  },
  {
    title: 'MaxDelaySeconds caps the backoff',
    source: 'spec, Retrying after error',
    states: {
      T: {
        ...invoke(),
        Retry: [
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 3, BackoffRate: 3, MaxDelaySeconds: 5, MaxAttempts: 3 },
        ],
        ...end,
      },
    },
    lambdas: { work: fails('Oops') },
    error: 'Oops',
    check: ({ history }) => expectDelays(history, [3000, 5000, 5000]),
  },
  {
    title: 'JitterStrategy FULL takes a random part of the delay',
    source: 'spec, Retrying after error',
    states: {
      T: {
        ...invoke(),
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 8, JitterStrategy: 'FULL', MaxAttempts: 1 }],
        ...end,
      },
    },
    lambdas: { work: fails('Oops') },
    random: () => 0.25,
    error: 'Oops',
    check: ({ history }) => expectDelays(history, [2000]),
  },
  {
    title: 'MaxAttempts 0 means no retry',
    source: 'spec, Retrying after error',
    states: {
      T: {
        ...invoke(),
        Retry: [
          { ErrorEquals: ['Oops'], MaxAttempts: 0 },
          { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
        ],
        ...end,
      },
    },
    lambdas: { work: fails('Oops') },
    error: 'Oops',
    events: ['ExecutionStarted', 'TaskStateEntered:T', 'TaskScheduled', 'TaskStarted', 'TaskFailed', 'ExecutionFailed'],
  },
  {
    title: 'the first matching retrier counts by itself',
    source: 'spec, Complex retry scenarios',
    states: {
      T: {
        ...invoke(),
        Retry: [
          { ErrorEquals: ['A'], MaxAttempts: 1, IntervalSeconds: 1 },
          { ErrorEquals: ['States.ALL'], MaxAttempts: 1, IntervalSeconds: 9 },
        ],
        Output: '{% $states.result.Payload %}',
        ...end,
      },
    },
    lambdas: { work: sequence(['A', 'B']) },
    output: 3,
    check: ({ history }) => expectDelays(history, [1000, 9000]),
  },
  {
    title: 'States.TaskFailed matches any error but a timeout',
    source: 'spec, Appendix A',
    states: {
      T: { ...invoke(), Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'C' }], ...end },
      C: pass('{% $states.input.Error %}'),
    },
    lambdas: { work: fails('Whatever') },
    output: 'Whatever',
  },
  {
    title: 'States.TaskFailed does not match States.Timeout',
    source: `${dev}, Handling errors: States.TaskFailed`,
    states: {
      T: { ...invoke(), TimeoutSeconds: 3, Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'C' }], ...end },
      C: pass(1),
    },
    lambdas: { work: () => new Promise(() => {}) },
    error: 'States.Timeout',
  },
  {
    title: 'without Output a catcher hands on the error output',
    source: 'spec, Fallback states',
    states: {
      T: { ...invoke(), Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }], ...end },
      C: { Type: 'Pass', ...end },
    },
    lambdas: { work: fails('E') },
    check: ({ output }) => expectKeys(output, ['Cause', 'Error']),
  },
  {
    title: "a catcher's Output and Assign are used instead of the state's",
    source: `${dev}, Catch with JSONata`,
    states: {
      T: {
        ...invoke(),
        Assign: { v: 'ok' },
        Output: 'ok',
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { v: '{% $states.errorOutput.Error %}' },
            Output: '{% $merge([$states.input, {"caught": true}]) %}',
            Next: 'C',
          },
        ],
        ...end,
      },
      C: pass('{% [$v, $states.input.caught, $states.input.k] %}'),
    },
    input: { k: 1 },
    lambdas: { work: fails('E') },
    output: ['E', true, 1],
  },
  {
    title: 'Catch comes after Retry is used up',
    source: 'spec, Fallback states',
    states: {
      T: {
        ...invoke(),
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }],
        ...end,
      },
      C: pass('caught'),
    },
    lambdas: { work: fails('E') },
    output: 'caught',
    check: ({ events }) => expectCount(events, 'TaskScheduled', 2),
  },
  {
    title: 'an undefined argument is a catchable States.QueryEvaluationError',
    source: `${dev}, Handling errors: States.QueryEvaluationError`,
    states: {
      T: { ...invoke('{% $none %}'), Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'C' }], ...end },
      C: pass('caught'),
    },
    output: 'caught',
  },
  {
    title: 'a task that takes too long fails with States.Timeout',
    source: 'spec, Timeouts',
    states: { T: { ...invoke(), TimeoutSeconds: '{% $states.input.t %}', ...end } },
    input: { t: 7 },
    lambdas: { work: () => new Promise(() => {}) },
    error: 'States.Timeout',
    events: [
      'ExecutionStarted',
      'TaskStateEntered:T',
      'TaskScheduled',
      'TaskStarted',
      'TaskTimedOut',
      'ExecutionFailed',
    ],
    check: ({ history }) => expectGap(history, 2, 4, 7000),
  },
  {
    title: 'an execution that takes too long ends TIMED_OUT',
    source: 'spec, top-level TimeoutSeconds',
    machine: { TimeoutSeconds: 60 },
    states: { W: { Type: 'Wait', Seconds: 90, ...end } },
    status: 'TIMED_OUT',
    check: ({ events }) => expectCount(events, 'ExecutionTimedOut', 1),
  },
  {
    title: 'Parallel gives its branches the input and joins outputs in branch order',
    source: 'spec, Parallel State',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, Output: '{% $states.input.a %}', End: true } } },
          { StartAt: 'Q', States: { Q: { Type: 'Pass', Output: 'second', End: true } } },
        ],
        ...end,
      },
    },
    input: { a: 'first' },
    output: ['first', 'second'],
  },
  {
    title: 'Arguments of a Parallel become the input of its branches',
    source: `${dev}, Parallel state`,
    states: {
      P: {
        Type: 'Parallel',
        Arguments: { '^': '{% $states.input %}' },
        Branches: [inner('{% $states.input.`^`.a %}')],
        ...end,
      },
    },
    input: { a: 9 },
    output: [9],
  },
  {
    title: 'a failing branch aborts its siblings and fails the Parallel',
    source: 'spec, Parallel State',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'L', States: { L: { Type: 'Wait', Seconds: 100, End: true } } },
          { StartAt: 'S', States: { S: { Type: 'Wait', Seconds: 1, Next: 'F' }, F: { Type: 'Fail', Error: 'Stop' } } },
        ],
        ...end,
      },
    },
    error: 'Stop',
    check: ({ events, history }) => {
      expectCount(events, 'WaitStateAborted', 1)
      expectCount(events, 'ParallelStateFailed', 1)
      expectGap(history, 0, history.length - 1, 1000)
    },
  },
  {
    title: 'Catch of a Parallel sees the error of its branch',
    source: 'spec, Parallel State',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Inner', Cause: 'why' } } }],
        Catch: [{ ErrorEquals: ['Inner'], Output: '{% $states.errorOutput %}', Next: 'C' }],
        ...end,
      },
      C: { Type: 'Pass', ...end },
    },
    output: { Error: 'Inner', Cause: 'why' },
  },
  {
    title: 'an error passes through nested Parallels to the first catcher',
    source: 'spec, Parallel State',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'P2',
            States: {
              P2: {
                Type: 'Parallel',
                Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Deep' } } }],
                End: true,
              },
            },
          },
        ],
        Catch: [{ ErrorEquals: ['Deep'], Output: 'up here', Next: 'C' }],
        ...end,
      },
      C: { Type: 'Pass', ...end },
    },
    output: 'up here',
    check: ({ events }) => expectCount(events, 'ParallelStateFailed', 2),
  },
  {
    title: 'Map runs its processor once per item and keeps the order',
    source: 'spec, Map State',
    states: {
      M: {
        Type: 'Map',
        Items: '{% $states.input.list %}',
        ItemProcessor: {
          StartAt: 'W',
          States: {
            W: { Type: 'Wait', Seconds: '{% $states.input %}', Output: '{% $states.input * 10 %}', End: true },
          },
        },
        ...end,
      },
    },
    input: { list: [3, 1, 2] },
    output: [30, 10, 20],
    check: ({ history }) => expectGap(history, 0, history.length - 1, 3000),
  },
  {
    title: 'MaxConcurrency runs that many iterations at a time',
    source: 'spec, Map State',
    states: {
      M: {
        Type: 'Map',
        MaxConcurrency: 2,
        Items: [1, 1, 1, 1],
        ItemProcessor: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, End: true } } },
        ...end,
      },
    },
    check: ({ history }) => expectGap(history, 0, history.length - 1, 20_000),
  },
  {
    title: 'an inline Map never runs more than 40 iterations at a time',
    source: `${dev}, Map state: inline concurrency`,
    states: {
      M: {
        Type: 'Map',
        Items: '{% [1..41] %}',
        ItemProcessor: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, End: true } } },
        ...end,
      },
    },
    check: ({ history }) => expectGap(history, 0, history.length - 1, 20_000),
  },
  {
    title: 'ItemSelector sees index and value of the item',
    source: `${dev}, Context object for Map`,
    states: {
      M: {
        Type: 'Map',
        Items: ['a', 'b'],
        ItemSelector: {
          i: '{% $states.context.Map.Item.Index %}',
          v: '{% $states.context.Map.Item.Value %}',
          k: '{% $states.input.k %}',
        },
        ItemProcessor: inner(),
        ...end,
      },
    },
    input: { k: 7 },
    output: [
      { i: 0, v: 'a', k: 7 },
      { i: 1, v: 'b', k: 7 },
    ],
  },
  {
    title: 'a Map over nothing succeeds with nothing',
    source: 'spec, Map State',
    states: { M: { Type: 'Map', Items: [], ItemProcessor: inner(), ...end } },
    output: [],
    events: [
      'ExecutionStarted',
      'MapStateEntered:M',
      'MapStateStarted',
      'MapStateSucceeded',
      'MapStateExited:M',
      'ExecutionSucceeded',
    ],
  },
  {
    title: 'a failing iteration fails the Map',
    source: 'spec, Map State',
    states: {
      M: {
        Type: 'Map',
        MaxConcurrency: 1,
        Items: [1, 2],
        ItemProcessor: { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad' } } },
        Catch: [{ ErrorEquals: ['Bad'], Output: 'caught', Next: 'C' }],
        ...end,
      },
      C: { Type: 'Pass', ...end },
    },
    output: 'caught',
    check: ({ events }) => {
      expectCount(events, 'MapIterationFailed:M', 1)
      expectCount(events, 'MapIterationStarted:M', 1)
    },
  },
  {
    title: 'Retry of a Map starts all iterations again',
    source: 'spec, Retrying after error',
    states: {
      M: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: { StartAt: 'T', States: { T: { ...invoke(), Output: 1, End: true } } },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        ...end,
      },
    },
    lambdas: { work: failsFirst(1) },
    output: [1, 1],
    check: ({ events }) => expectCount(events, 'MapStateStarted', 2),
  },
  {
    title: 'Items from an expression that gives one value fail with the reason',
    source: `${dev}, Map state: Items must be an array`,
    states: { M: { Type: 'Map', Items: '{% $states.input.list[x>1] %}', ItemProcessor: inner(), ...end } },
    input: { list: [{ x: 1 }, { x: 2 }] },
    error: 'States.QueryEvaluationError',
    cause: /Expected 'array', but was 'object'/,
  },
  {
    title: 'a task result above 262,144 bytes fails with States.DataLimitExceeded',
    source: `${dev}, Service quotas`,
    states: {
      T: { ...invoke(), Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Output: 'too much', Next: 'C' }], ...end },
      C: { Type: 'Pass', ...end },
    },
    lambdas: { work: () => 'a'.repeat(262_145) },
    output: 'too much',
  },
  {
    title: 'an output above 262,144 bytes ends the execution',
    source: `${dev}, Service quotas`,
    states: { P: pass("{% $pad('a', 262150, 'b') %}") },
    error: 'States.DataLimitExceeded',
    cause: /^The state\/task 'P' returned a result with a size exceeding/,
  },
  {
    title: 'event 25,000 ends the execution',
    source: `${dev}, Service quotas`,
    // AWS refuses a machine without an end, even one that is never reached.
    states: {
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'C' }], Default: 'A' },
      C: { Type: 'Succeed' },
    },
    error: 'States.Runtime',
    cause: 'The execution reached the maximum number of history events (25000).',
    check: ({ history }) => expectLength(history, 25_000),
  },
  {
    title: 'an endless expression is stopped',
    source: 'dependencies.md, runaway JSONata',
    states: { P: pass('{% ($f := function(){$f()}; $f()) %}') },
    error: 'States.QueryEvaluationError',
  },
  {
    title: '$parse reads JSON text',
    source: `${dev}, JSONata functions`,
    states: { P: pass("{% $parse('[1]') %}") },
    output: [1],
  },
  {
    title: '$hash follows the algorithm',
    source: `${dev}, JSONata functions`,
    states: { P: pass("{% $hash('abc', 'SHA-1') %}") },
    output: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  },
  {
    title: '$uuid gives a version 4 UUID and $random with a seed repeats',
    source: `${dev}, JSONata functions`,
    states: {
      P: pass(
        "{% {'u': $match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/).index, 'r': $random(5) = $random(5), 'd': $random(5) = $random(6)} %}",
      ),
    },
    output: { u: 0, r: true, d: false },
  },
  {
    title: 'aws-sdk calls get their arguments and answer without metadata',
    source: `${dev}, AWS SDK integrations`,
    states: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:dynamodb:getItem',
        Arguments: { TableName: 't', Key: { pk: { S: '{% $states.input.k %}' } } },
        ...end,
      },
    },
    input: { k: 'x' },
    service: (service, action, args) => ({ $metadata: {}, service, action, args }),
    output: { service: 'dynamodb', action: 'getItem', args: { TableName: 't', Key: { pk: { S: 'x' } } } },
  },
  {
    title: 'errors of aws-sdk DynamoDB calls are named DynamoDb',
    source: 'recorded: DynamoDb.ConditionalCheckFailedException',
    states: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem',
        Arguments: { TableName: 't' },
        ...end,
      },
    },
    service: fails('ConditionalCheckFailedException', 'The conditional request failed'),
    error: 'DynamoDb.ConditionalCheckFailedException',
    cause: /^The conditional request failed \(Service: DynamoDb, Status Code: 400/,
  },
  {
    title: 'errors of optimized DynamoDB calls are named DynamoDB',
    source: `${dev}, Call DynamoDB APIs`,
    states: {
      T: { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:updateItem', Arguments: { TableName: 't' }, ...end },
    },
    service: fails('ConditionalCheckFailedException'),
    error: 'DynamoDB.ConditionalCheckFailedException',
  },
]

function sequence(errors: readonly string[]) {
  const made = { calls: 0 }
  return () => {
    const error = errors[made.calls++]
    if (error !== undefined) throw errorNamed(error, 'no')
    return made.calls
  }
}

function expectGap(history: readonly HistoryEvent[], from: number, to: number, milliseconds: number): void {
  expect(history[to]!.timestamp!.getTime() - history[from]!.timestamp!.getTime()).toBe(milliseconds)
}

function expectDelays(history: readonly HistoryEvent[], milliseconds: readonly number[]): void {
  expect(gaps(history.filter((event) => event.type === 'TaskScheduled').map((event) => event.timestamp))).toEqual(
    milliseconds,
  )
}

function expectCount(events: readonly string[], type: string, count: number): void {
  expect(events.filter((event) => event === type)).toHaveLength(count)
}

function expectLength(list: readonly unknown[], length: number): void {
  expect(list).toHaveLength(length)
}

function expectKeys(value: unknown, keys: readonly string[]): void {
  expect(Object.keys(value as object).sort()).toEqual(keys) // the error output is an object
}

describe('the engine follows the States Language', () => {
  it.each(cases)('$title', runCase)
})
