import {
  end,
  failed,
  give,
  guide,
  jsonPath,
  onError,
  passed,
  region,
  regionOf,
  succeeded,
  throws,
} from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const source = guide('Passing data between states with variables')
const scope = `${source}: scope`

export const variableCases: readonly EngineCase[] = [
  {
    title: 'a variable is there for every later state',
    source,
    states: {
      A: { Type: 'Pass', Assign: { x: '{% $states.input.n %}' }, Next: 'B' },
      B: { Type: 'Pass', Output: 'something else', Next: 'C' },
      C: give('{% $x %}'),
    },
    input: { n: 3 },
    output: 3,
    events: succeeded(passed('A'), passed('B'), passed('C')),
  },
  {
    title: 'a variable may hold any JSON, and parts of it can be read',
    source,
    states: {
      A: { Type: 'Pass', Assign: { x: { list: [{ k: 'v' }], none: null } }, Next: 'B' },
      B: give('{% [$x.list[0].k, $x.none] %}'),
    },
    output: ['v', null],
  },
  {
    title: 'assigning again replaces the whole variable',
    source,
    states: {
      A: { Type: 'Pass', Assign: { x: { a: 1, b: 2 } }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: { c: 3 } }, Next: 'C' },
      C: give('{% $x %}'),
    },
    output: { c: 3 },
  },
  {
    title: 'one Assign sets all its variables from what was there before',
    source: `${source}: evaluation order`,
    states: {
      A: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { a: '{% $b %}', b: '{% $a %}' }, Next: 'C' },
      C: give('{% [$a, $b] %}'),
    },
    output: [2, 1],
  },
  {
    title: 'Output of a state does not see what its own Assign sets',
    source: `${source}: evaluation order`,
    states: {
      A: { Type: 'Pass', Assign: { a: 'old' }, Next: 'B' },
      B: { Type: 'Pass', Assign: { a: 'new' }, Output: '{% $a %}', ...end },
    },
    output: 'old',
  },
  {
    title: 'what is assigned stands in the event that leaves the state, as JSON text',
    source: guide('History events: assignedVariables'),
    states: { A: { Type: 'Pass', Assign: { n: 1, t: 'x' }, ...end } },
    check: ({ history }) => {
      const { assignedVariables } = history[2]!.stateExitedEventDetails!
      const text = JSON.stringify(assignedVariables)
      if (text !== JSON.stringify({ n: '1', t: '"x"' })) throw new Error(text)
    },
  },
  {
    title: 'a task assigns from its result',
    source,
    states: {
      T: { ...invoke(), Assign: { answer: '{% $states.result.Payload.n %}' }, Next: 'B' },
      B: give('{% $answer %}'),
    },
    lambdas: { work: () => ({ n: 42 }) },
    output: 42,
  },
  {
    title: 'a variable that was never assigned has no value',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { A: give('{% $unknown %}') },
    error: 'States.QueryEvaluationError',
    events: failed('PassStateEntered:A', 'EvaluationFailed'),
  },
  {
    title: 'an Assign without a value names the variable',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { A: { Type: 'Pass', Assign: { x: '{% $states.input.none %}' }, ...end } },
    error: 'States.QueryEvaluationError',
    cause: /specified for the field 'Assign\/x' returned nothing/,
  },
  {
    title: 'branches and iterations read the variables around them',
    source: scope,
    states: {
      A: { Type: 'Pass', Assign: { base: 100 }, Next: 'M' },
      M: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: regionOf({ Type: 'Parallel', Branches: [region('{% $base + $states.input %}')] }, 'P'),
        ...end,
      },
    },
    output: [[101], [102]],
  },
  {
    title: 'iterations of a Map do not see each other',
    source: scope,
    states: {
      M: {
        Type: 'Map',
        MaxConcurrency: 1,
        Items: [1, 2],
        ItemProcessor: {
          StartAt: 'See',
          States: {
            See: { Type: 'Pass', Output: '{% $exists($mine) %}', Next: 'Set' },
            Set: { Type: 'Pass', Assign: { mine: 1 }, End: true },
          },
        },
        ...end,
      },
    },
    output: [false, false],
  },
  {
    title: 'what a branch assigned is gone after the Parallel',
    source: scope,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'In', States: { In: { Type: 'Pass', Assign: { inner: 1 }, End: true } } }],
        Next: 'A',
      },
      A: give('{% $exists($inner) %}'),
    },
    output: false,
  },
  {
    title: "only the catcher's own Assign is done when a Parallel fails",
    source: scope,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'In',
            States: { In: { Type: 'Pass', Assign: { inner: 1 }, Next: 'F' }, F: { Type: 'Fail', Error: 'E' } },
          },
        ],
        Assign: { all: 'well' },
        Catch: [onError(['E'], { Assign: { bad: '{% $states.errorOutput.Error %}' } })],
        ...end,
      },
      Caught: give('{% [$exists($inner), $exists($all), $bad] %}'),
    },
    output: [false, false, 'E'],
  },
  {
    title: 'children of a Distributed Map do not see variables of the parent',
    source: `${scope}: Distributed Map`,
    states: {
      A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'M' },
      M: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...region('{% $exists($outer) %}'),
        },
        ...end,
      },
    },
    output: [false],
  },
  {
    title: 'a retry keeps what was assigned before the state',
    source,
    states: {
      A: { Type: 'Pass', Assign: { n: 1 }, Next: 'T' },
      T: {
        ...invoke('{% $n %}'),
        Assign: { n: 2 },
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        Catch: [onError(['States.ALL'])],
        ...end,
      },
      Caught: give('{% $n %}'),
    },
    lambdas: { work: throws('Oops') },
    output: 1,
  },
  {
    title: 'JSONPath states assign from their result and read variables by name',
    source,
    machine: jsonPath,
    states: {
      A: { Type: 'Pass', Assign: { 'first.$': '$.list[0]', fixed: 2 }, Next: 'B' },
      B: { Type: 'Pass', Parameters: { 'a.$': '$first', 'b.$': '$fixed' }, ...end },
    },
    input: { list: ['x'] },
    output: { a: 'x', b: 2 },
  },
]
