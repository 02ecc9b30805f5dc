/** States of machines without a query language. `spec` is https://states-language.net/spec.html, `dev` AWS's developer guide. */
import { describe, expect, it } from 'vitest'
import { type EngineCase, runCase } from './cases.ts'
import { errorNamed, startMs } from './harness.ts'

const spec = 'spec, Input and Output Processing'
const dev = 'AWS Step Functions Developer Guide, Processing input and output'
const end = { End: true }
const echo = { work: (event: unknown) => event }
const work = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:work', ...end }
const inner = (state: object = { Type: 'Pass' }) => ({ StartAt: 'In', States: { In: { ...state, ...end } } })
const lead = (name: string, id = 2) =>
  `An error occurred while executing the state '${name}' (entered at the event id #${id}). `

const cases: EngineCase[] = [
  {
    title:
      'InputPath, Parameters, ResultSelector, ResultPath and OutputPath work in this order, ResultPath on the raw input',
    source: spec,
    states: {
      T: {
        ...work,
        InputPath: '$.in',
        Parameters: { 'a.$': '$.a', b: 1, deep: [{ 'c.$': '$.list[1:]' }] },
        ResultSelector: { 'sum.$': 'States.MathAdd($.a, $.b)', 'c.$': '$.deep[0].c' },
        ResultPath: '$.out.result',
        OutputPath: '$.out',
      },
    },
    input: { in: { a: 4, list: [1, 2, 3] }, out: { kept: true } },
    lambdas: echo,
    output: { kept: true, result: { sum: 5, c: [2, 3] } },
  },
  {
    title: 'null as InputPath and OutputPath is an empty object, null as ResultPath drops the result',
    source: spec,
    states: {
      T: { ...work, InputPath: null, ResultPath: '$.got', Next: 'U', End: undefined },
      U: { ...work, ResultPath: null, Next: 'V', End: undefined },
      V: { Type: 'Pass', OutputPath: null, Next: 'W' },
      W: { Type: 'Pass', Parameters: { 'all.$': '$' }, ...end },
    },
    lambdas: echo,
    output: { all: {} },
    check: ({ history }) =>
      expect(
        history.filter(({ type }) => type === 'TaskStateExited').map((e) => e.stateExitedEventDetails?.output),
      ).toEqual(['{"got":{}}', '{"got":{}}']),
  },
  {
    title: 'paths reach the context object and variables',
    source: `${dev}, Context object; Passing data with variables`,
    states: {
      A: { Type: 'Pass', Assign: { 'limit.$': '$.n', list: [1, 5, 9], 'name.$': '$$.State.Name' }, Next: 'B' },
      B: {
        Type: 'Pass',
        Parameters: {
          'many.$': '$list[?(@ > $limit)]',
          'name.$': '$name',
          'input.$': '$$.Execution.Input.n',
          'text.$': "States.Format('{}-{}', $name, $limit)",
        },
        ...end,
      },
    },
    input: { n: 4 },
    output: { many: [5, 9], name: 'A', input: 4, text: 'A-4' },
  },
  {
    title: 'Assign of a Task sees its result, and next to it the state still puts out its own output',
    source: `${dev}, Passing data with variables`,
    states: {
      T: { ...work, Assign: { 'got.$': '$.a' }, ResultPath: null, Next: 'P', End: undefined },
      P: { Type: 'Pass', Parameters: { 'got.$': '$got', 'a.$': '$.a' }, ...end },
    },
    input: { a: 1 },
    lambdas: { work: () => ({ a: 2 }) },
    output: { got: 2, a: 1 },
  },
  {
    title: 'a path of Parameters that leads nowhere ends the execution with States.Runtime, whatever is caught',
    source: 'AWS Premium Support knowledge center, published histories',
    states: {
      T: { ...work, Parameters: { 'a.$': '$.no' }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'P' }] },
      P: { Type: 'Pass', ...end },
    },
    lambdas: echo,
    error: 'States.Runtime',
    cause: `${lead('T')}The JSONPath '$.no' specified for the field 'a.$' could not be found in the input '{}'`,
    events: ['ExecutionStarted', 'TaskStateEntered:T', 'ExecutionFailed'],
    check: ({ history }) => expect(history.at(-1)?.previousEventId).toBe(0),
  },
  {
    title:
      'a path of an intrinsic function that leads nowhere is States.Runtime too, and the cause names the whole function',
    source: 'histories that users of AWS have published',
    states: { P: { Type: 'Pass', Parameters: { 'v.$': "States.Format('{}', $.nope)" }, ...end } },
    input: { other: 1 },
    error: 'States.Runtime',
    cause: `${lead('P')}The function 'States.Format('{}', $.nope)' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'`,
  },
  {
    title: 'wrong arguments of an intrinsic function are States.IntrinsicFailure, which a Task can catch',
    source: 'spec, Errors: States.IntrinsicFailure',
    states: {
      T: {
        ...work,
        Parameters: { 'v.$': 'States.StringToJson($.text)' },
        Catch: [{ ErrorEquals: ['States.IntrinsicFailure'], ResultPath: '$.caught', Next: 'P' }],
      },
      P: { Type: 'Pass', ...end },
    },
    input: { text: '{' },
    lambdas: echo,
    output: {
      text: '{',
      caught: {
        Error: 'States.IntrinsicFailure',
        Cause: `${lead('T')}The function 'States.StringToJson($.text)' had the following error: Invalid arguments in States.StringToJson`,
      },
    },
  },
  {
    title: 'an InputPath that leads nowhere is States.Runtime',
    source: 'spec, Errors: States.Runtime',
    states: { P: { Type: 'Pass', InputPath: '$.a.b', ...end } },
    error: 'States.Runtime',
    cause: `${lead('P')}Invalid path '$.a.b' : Missing property in path $['a']`,
  },
  {
    title: 'a ResultPath that cannot be applied is States.ResultPathMatchFailure',
    source: 'spec, Errors: States.ResultPathMatchFailure',
    states: { T: { ...work, ResultPath: '$.a.b' } },
    input: { a: 'text' },
    lambdas: echo,
    error: 'States.ResultPathMatchFailure',
    cause: `${lead('T')}Unable to apply Reference Path $.a.b to input {"a":"text"}`,
  },
  {
    title: 'a catcher puts its error where its ResultPath says, and assigns from the error',
    source: 'spec, Fallback States',
    states: {
      T: {
        ...work,
        Catch: [{ ErrorEquals: ['Oops'], ResultPath: '$.error', Assign: { 'name.$': '$.Error' }, Next: 'P' }],
      },
      P: { Type: 'Pass', Parameters: { 'name.$': '$name', 'kept.$': '$.kept', 'error.$': '$.error.Error' }, ...end },
    },
    input: { kept: 1 },
    lambdas: {
      work: () => {
        throw errorNamed('Oops', 'no')
      },
    },
    output: { name: 'Oops', kept: 1, error: 'Oops' },
  },
  {
    title: 'Result is the output of a Pass, put where ResultPath says',
    source: 'spec, Pass State',
    states: { P: { Type: 'Pass', Result: { x: 1 }, ResultPath: '$.coords', ...end } },
    input: { name: 'a' },
    output: { name: 'a', coords: { x: 1 } },
  },
  {
    title: 'Choice compares what paths lead to, in the input, the context object and variables',
    source: 'spec, Choice State',
    states: {
      A: { Type: 'Pass', Assign: { limit: 5 }, Next: 'C' },
      C: {
        Type: 'Choice',
        InputPath: '$.in',
        Choices: [
          { Variable: '$.none', IsPresent: true, Next: 'No' },
          {
            And: [
              { Variable: '$.n', NumericGreaterThanPath: '$limit' },
              { Variable: '$$.State.Name', StringMatches: 'C*' },
            ],
            Next: 'Yes',
          },
        ],
        Default: 'No',
      },
      Yes: { Type: 'Succeed', InputPath: '$.n' },
      No: { Type: 'Fail' },
    },
    input: { in: { n: 6 } },
    output: 6,
  },
  {
    title: 'Wait takes its seconds and its instant from paths',
    source: 'spec, Wait State',
    states: {
      W: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'U' },
      U: { Type: 'Wait', TimestampPath: '$.at', InputPath: '$.at', Next: 'P' },
      P: { Type: 'Pass', ...end },
    },
    input: { seconds: 5, at: { at: new Date(startMs + 60_000).toISOString() } },
    output: { at: new Date(startMs + 60_000).toISOString() },
    check: ({ history }) =>
      expect(
        history.filter(({ type }) => type === 'WaitStateExited').map((event) => event.timestamp!.getTime() - startMs),
      ).toEqual([5000, 60_000]),
  },
  {
    title: 'a SecondsPath that leads nowhere is States.Runtime',
    source: 'spec, Errors: States.Runtime',
    states: { W: { Type: 'Wait', SecondsPath: '$.seconds', ...end } },
    error: 'States.Runtime',
    cause: `${lead('W')}Invalid path '$.seconds' : No results for path: $['seconds']`,
  },
  {
    title: 'Fail takes its error and its cause from paths and intrinsic functions',
    source: 'AWS Step Functions Developer Guide, Fail workflow state',
    states: { F: { Type: 'Fail', ErrorPath: '$.name', CausePath: "States.Format('it was {}', $.n)" } },
    input: { name: 'Oops', n: 1 },
    error: 'Oops',
    cause: /^it was 1$/,
  },
  {
    title: 'TimeoutSecondsPath and HeartbeatSecondsPath limit a task',
    source: 'spec, Task State',
    states: { T: { ...work, TimeoutSecondsPath: '$.t', HeartbeatSecondsPath: '$.h' } },
    input: { t: 20, h: 10 },
    lambdas: echo,
    output: { t: 20, h: 10 },
    check: ({ history }) =>
      expect(history[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({ timeoutInSeconds: 20 }),
  },
  {
    title: 'a Map takes items, concurrency and the selection of an item from paths',
    source: 'spec, Map State',
    states: {
      M: {
        Type: 'Map',
        InputPath: '$.in',
        ItemsPath: '$.items',
        MaxConcurrencyPath: '$.most',
        ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'k.$': '$.k' },
        ItemProcessor: inner(),
        ResultSelector: { 'all.$': '$[*].v' },
        ResultPath: '$.out',
        ...end,
      },
    },
    input: { in: { items: ['a', 'b'], most: 1, k: 7 } },
    output: { in: { items: ['a', 'b'], most: 1, k: 7 }, out: { all: ['a', 'b'] } },
    check: ({ events }) =>
      expect(events.slice(3, 7)).toEqual([
        'MapIterationStarted:M',
        'PassStateEntered:In',
        'PassStateExited:In',
        'MapIterationSucceeded:M',
      ]),
  },
  {
    title: 'an ItemsPath that leads to no list ends the execution with States.Runtime',
    source: 'histories that users of AWS have published',
    states: { M: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: inner(), ...end } },
    input: { items: 1 },
    error: 'States.Runtime',
    cause: `${lead('M')}Reference path "$.items" must point to array.`,
  },
  {
    title: 'a Parallel selects from the list of its branches',
    source: 'spec, Parallel State',
    states: {
      P: {
        Type: 'Parallel',
        Parameters: { 'a.$': '$.x' },
        Branches: [
          inner({ Type: 'Pass', Parameters: { 'b.$': '$.a' } }),
          { StartAt: 'On', States: { On: { Type: 'Pass', ...end } } },
        ],
        ResultSelector: { 'first.$': '$[0].b', 'second.$': '$[1].a' },
        ...end,
      },
    },
    input: { x: 3 },
    output: { first: 3, second: 3 },
  },
  {
    title: 'a JSONPath machine may hold JSONata states, and both share their variables',
    source: 'AWS Step Functions Developer Guide, Transforming data with JSONata: QueryLanguage per state',
    states: {
      A: {
        Type: 'Pass',
        QueryLanguage: 'JSONata',
        Assign: { n: '{% $states.input.n * 2 %}' },
        Output: { m: 1 },
        Next: 'B',
      },
      B: { Type: 'Pass', Parameters: { 'sum.$': 'States.MathAdd($n, $.m)' }, ...end },
    },
    input: { n: 4 },
    output: { sum: 9 },
  },
  {
    title: 'an integration takes an object of arguments, and nothing else',
    source: 'recorded executions: unexpected result type',
    states: {
      T: {
        Type: 'Task',
        QueryLanguage: 'JSONata',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: '{% 1 %}',
        ...end,
      },
    },
    error: 'States.QueryEvaluationError',
    cause: `${lead('T')}The JSONata expression '1' specified for the field 'Arguments' returned an unexpected result type. Expected 'object', but was 'number' for value: 1`,
  },
  {
    title: 'a token reaches Parameters through the context object',
    source: 'AWS Step Functions Developer Guide, Wait for a Callback with Task Token',
    states: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'work', Payload: { 'token.$': '$$.Task.Token' } },
        TimeoutSeconds: 5,
        ...end,
      },
    },
    lambdas: echo,
    error: 'States.Timeout',
    check: ({ history }) =>
      expect(JSON.parse(history[2]!.taskScheduledEventDetails!.parameters!)).toMatchObject({
        Payload: { token: expect.stringMatching(/^.{20,}$/) },
      }),
  },
]

describe('a state without a query language', () => {
  it.each(cases)('$title', (one) => runCase({ ...one, machine: { QueryLanguage: undefined, ...one.machine } }))
})
