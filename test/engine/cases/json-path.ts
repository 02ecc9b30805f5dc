/** States that process their data with JSONPath: the fields in the order in which they apply, and reference paths. */

import { did, end, failed, guide, jsonPath, passed, region, spec, succeeded, throws } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const source = spec('Input and Output Processing')
const page = guide('Processing input and output in Step Functions')
const pass = (fields: object) => ({ P: { Type: 'Pass', ...fields, ...end } })
const task = (fields: object = {}) => ({
  T: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'work', 'Payload.$': '$' },
    ...fields,
    ...end,
  },
})
const echo = { lambdas: { work: (event: unknown) => event } }
const gives = (title: string, fields: object, input: unknown, output: unknown, where = source): EngineCase => ({
  title,
  source: where,
  machine: jsonPath,
  states: pass(fields),
  input,
  output,
})

export const jsonPathCases: readonly EngineCase[] = [
  {
    title: 'a machine without a query language processes paths',
    source,
    machine: { QueryLanguage: undefined },
    states: pass({ InputPath: '$.a' }),
    input: { a: 1 },
    output: 1,
    events: succeeded(passed('P')),
  },
  gives('InputPath chooses what the state sees', { InputPath: '$.a.b' }, { a: { b: [1] }, c: 2 }, [1]),
  gives('an InputPath of null is an empty object', { InputPath: null }, { a: 1 }, {}),
  gives('an InputPath may choose one item', { InputPath: '$.list[1]' }, { list: ['a', 'b'] }, 'b'),
  gives('an InputPath may start at the context object', { InputPath: '$$.State.Name' }, {}, 'P'),
  gives(
    'a path with names in brackets reaches names with signs',
    { InputPath: "$['a b']['c.d']" },
    { 'a b': { 'c.d': 1 } },
    1,
  ),
  gives('OutputPath chooses what the state hands on', { Result: { a: { b: 2 } }, OutputPath: '$.a' }, {}, { b: 2 }),
  gives('an OutputPath of null is an empty object', { Result: { a: 1 }, OutputPath: null }, {}, {}),
  gives(
    'Result of a Pass takes the place of its input',
    { Result: { fixed: true } },
    { a: 1 },
    { fixed: true },
    spec('Pass State'),
  ),
  gives('a ResultPath of $ is the default', { Result: 1, ResultPath: '$' }, { a: 1 }, 1),
  gives('ResultPath puts the result into the input', { Result: 1, ResultPath: '$.b' }, { a: 1 }, { a: 1, b: 1 }),
  gives('ResultPath makes objects on its way', { Result: 1, ResultPath: '$.b.c' }, { a: 1 }, { a: 1, b: { c: 1 } }),
  gives('ResultPath replaces what is there', { Result: 1, ResultPath: '$.a' }, { a: { deep: true } }, { a: 1 }),
  gives('a ResultPath of null drops the result', { Result: 1, ResultPath: null }, { a: 1 }, { a: 1 }),
  gives('ResultPath comes before OutputPath', { Result: 1, ResultPath: '$.b', OutputPath: '$.b' }, { a: 1 }, 1),
  gives(
    'Parameters mix plain values, paths and lists',
    { Parameters: { plain: 1, 'path.$': '$.a', deep: { 'b.$': '$.b', list: [1, 2] } } },
    { a: 'A', b: null },
    { plain: 1, path: 'A', deep: { b: null, list: [1, 2] } },
  ),
  gives(
    'Parameters see what InputPath chose',
    { InputPath: '$.in', Parameters: { 'x.$': '$.x' } },
    { in: { x: 1 } },
    { x: 1 },
  ),
  gives(
    'Parameters reach the context object',
    { Parameters: { 'name.$': '$$.State.Name', 'in.$': '$$.Execution.Input' } },
    { a: 1 },
    { name: 'P', in: { a: 1 } },
  ),
  {
    title: 'a path that leads nowhere in Parameters ends the execution',
    source: guide('Handling errors: States.ParameterPathFailure'),
    machine: jsonPath,
    states: pass({ Parameters: { 'x.$': '$.none' } }),
    input: { a: 1 },
    error: 'States.Runtime',
    cause: /The JSONPath '\$\.none' specified for the field 'x\.\$' could not be found in the input/,
    events: failed('PassStateEntered:P'),
  },
  {
    title: 'ResultSelector shapes the result of a task before ResultPath',
    source,
    machine: jsonPath,
    states: task({ ResultSelector: { 'n.$': '$.Payload.n', fixed: 1 }, ResultPath: '$.result' }),
    input: { n: 4 },
    ...echo,
    output: { n: 4, result: { n: 4, fixed: 1 } },
    events: succeeded(did('T')),
  },
  {
    title: 'a task hands on its whole result by default',
    source: page,
    machine: jsonPath,
    states: task({ OutputPath: '$.Payload' }),
    input: ['x'],
    ...echo,
    output: ['x'],
  },
  {
    title: 'Parameters and ResultSelector of a Parallel shape what goes in and what comes out',
    source: spec('Parallel State'),
    machine: jsonPath,
    states: {
      P: {
        Type: 'Parallel',
        Parameters: { 'n.$': '$.number' },
        Branches: [
          { StartAt: 'A', States: { A: { Type: 'Pass', OutputPath: '$.n', End: true } } },
          { StartAt: 'B', States: { B: { Type: 'Pass', Result: 'fixed', End: true } } },
        ],
        ResultSelector: { 'first.$': '$[0]', 'second.$': '$[1]' },
        ResultPath: '$.results',
        ...end,
      },
    },
    input: { number: 8 },
    output: { number: 8, results: { first: 8, second: 'fixed' } },
  },
  {
    title: 'ResultSelector and ResultPath of a Map work on its list',
    source: spec('Map State'),
    machine: jsonPath,
    states: {
      M: {
        Type: 'Map',
        ItemsPath: '$.list',
        ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
        ResultSelector: { 'all.$': '$' },
        ResultPath: '$.done',
        ...end,
      },
    },
    input: { list: [1, 2] },
    output: { list: [1, 2], done: { all: [1, 2] } },
  },
  {
    title: 'TimeoutSecondsPath reads how long a task may take',
    source: spec('Task State'),
    machine: jsonPath,
    states: task({ TimeoutSecondsPath: '$.most' }),
    input: { most: 4 },
    lambdas: { work: () => new Promise(() => {}) },
    error: 'States.Timeout',
  },
  {
    title: 'ErrorPath and CausePath of a Fail read its words',
    source: spec('Fail State'),
    machine: jsonPath,
    states: { F: { Type: 'Fail', ErrorPath: '$.error', CausePath: '$.why' } },
    input: { error: 'Mine', why: 'so' },
    error: 'Mine',
    cause: /^so$/,
  },
  {
    title: 'a state of a JSONPath machine may use JSONata, and hands its data on',
    source: guide('Transforming data with JSONata: QueryLanguage'),
    machine: jsonPath,
    states: {
      A: { Type: 'Pass', QueryLanguage: 'JSONata', Output: { n: '{% $states.input.n * 2 %}' }, Next: 'B' },
      B: { Type: 'Pass', InputPath: '$.n', ...end },
    },
    input: { n: 4 },
    output: 8,
  },
  {
    title: 'a branch in JSONata sees variables that a JSONPath state has set',
    source: guide('Passing data between states with variables'),
    machine: jsonPath,
    states: {
      A: { Type: 'Pass', Assign: { 'x.$': '$.n' }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'In', States: { In: { ...region('{% $x %}').States.In, QueryLanguage: 'JSONata' } } }],
        ...end,
      },
    },
    input: { n: 4 },
    output: [4],
  },
  {
    title: 'ResultPath keeps the input of a task that failed and was caught',
    source: spec('Fallback states'),
    machine: jsonPath,
    states: {
      ...task({ Catch: [{ ErrorEquals: ['Oops'], ResultPath: '$.error', Next: 'C' }] }),
      C: { Type: 'Pass', OutputPath: '$.error.Error', ...end },
    },
    input: { a: 1 },
    lambdas: { work: throws('Oops') },
    output: 'Oops',
  },
]
