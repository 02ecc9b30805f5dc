import {
  end,
  expectCount,
  expectLasts,
  failing,
  give,
  guide,
  jsonPath,
  onError,
  region,
  regionOf,
  spec,
  throwsInTurn,
} from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const source = spec('Map State')
const page = guide('Using Map state in Inline mode')
const pause = regionOf({ Type: 'Wait', Seconds: 10 })

export const mapCases: readonly EngineCase[] = [
  {
    title: 'a Map leaves three events and those of its processor per item',
    source: page,
    states: { M: { Type: 'Map', MaxConcurrency: 1, Items: ['a', 'b'], ItemProcessor: region(), ...end } },
    output: ['a', 'b'],
    events: [
      'ExecutionStarted',
      'MapStateEntered:M',
      'MapStateStarted',
      ...['a', 'b'].flatMap(() => [
        'MapIterationStarted:M',
        'PassStateEntered:In',
        'PassStateExited:In',
        'MapIterationSucceeded:M',
      ]),
      'MapStateSucceeded',
      'MapStateExited:M',
      'ExecutionSucceeded',
    ],
  },
  {
    title: 'without Items the input of the state is the list',
    source: page,
    states: { M: { Type: 'Map', ItemProcessor: region('{% $states.input + 1 %}'), ...end } },
    input: [1, 2],
    output: [2, 3],
  },
  {
    title: 'without Items an input that is no list fails the state',
    source: page,
    states: {
      M: { Type: 'Map', ItemProcessor: region(), Catch: [onError(['States.QueryEvaluationError'])], ...end },
      Caught: give('caught'),
    },
    input: { not: 'a list' },
    output: 'caught',
  },
  {
    title: 'Items may be written out, with expressions in them',
    source: page,
    states: { M: { Type: 'Map', Items: [1, '{% $states.input.two %}'], ItemProcessor: region(), ...end } },
    input: { two: 2 },
    output: [1, 2],
  },
  {
    title: 'items may be lists and objects',
    source,
    states: { M: { Type: 'Map', ItemProcessor: region(), ...end } },
    input: [[1, [2]], { a: null }, null],
    output: [[1, [2]], { a: null }, null],
  },
  {
    title: 'the processor sees index and value of its item in the context object',
    source: guide('Context object data for Map states'),
    states: {
      M: {
        Type: 'Map',
        Items: ['x', 'y'],
        ItemProcessor: region('{% $string($states.context.Map.Item.Index) & $states.context.Map.Item.Value %}'),
        ...end,
      },
    },
    output: ['0x', '1y'],
  },
  {
    title: 'ItemSelector makes the input of an iteration',
    source: page,
    states: {
      M: {
        Type: 'Map',
        Items: [1, 2],
        ItemSelector: { n: '{% $states.context.Map.Item.Value %}', of: '{% $states.input.of %}' },
        ItemProcessor: region('{% $states.input.n & "/" & $states.input.of %}'),
        ...end,
      },
    },
    input: { of: 2 },
    output: ['1/2', '2/2'],
  },
  {
    title: 'ItemsPath and ItemSelector with paths do the same',
    source,
    machine: jsonPath,
    states: {
      M: {
        Type: 'Map',
        ItemsPath: '$.list',
        ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'k.$': '$.k', fixed: true },
        ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
        ...end,
      },
    },
    input: { list: ['p'], k: 'q' },
    output: [{ v: 'p', i: 0, k: 'q', fixed: true }],
  },
  {
    title: 'an ItemsPath that leads to no list ends the execution',
    source: spec('Map State; Appendix A: States.Runtime'),
    machine: jsonPath,
    states: {
      M: {
        Type: 'Map',
        ItemsPath: '$.list',
        ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
        ...end,
      },
    },
    input: { list: 'no list' },
    error: 'States.Runtime',
  },
  {
    title: 'MaxConcurrency of 1 runs iterations one after the other',
    source,
    states: { M: { Type: 'Map', MaxConcurrency: 1, Items: [1, 2, 3], ItemProcessor: pause, ...end } },
    check: ({ history }) => expectLasts(history, 30_000),
  },
  {
    title: 'MaxConcurrency of 0 runs them all at once',
    source,
    states: { M: { Type: 'Map', MaxConcurrency: 0, Items: [1, 2, 3], ItemProcessor: pause, ...end } },
    check: ({ history }) => expectLasts(history, 10_000),
  },
  {
    title: 'MaxConcurrency may be an expression',
    source: page,
    states: {
      M: { Type: 'Map', MaxConcurrency: '{% $states.input.most %}', Items: [1, 2, 3, 4], ItemProcessor: pause, ...end },
    },
    input: { most: 2 },
    check: ({ history }) => expectLasts(history, 20_000),
  },
  {
    title: 'an iteration that fails ends the others',
    source,
    states: {
      M: {
        Type: 'Map',
        Items: [60, 1],
        ItemProcessor: {
          StartAt: 'W',
          States: {
            W: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'C' },
            C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'F' }], Default: 'A' },
            A: { Type: 'Pass', End: true },
            F: { Type: 'Fail', Error: 'One' },
          },
        },
        ...end,
      },
    },
    error: 'One',
    check: ({ history, events }) => {
      expectLasts(history, 1000)
      expectCount(events, 'MapIterationFailed:M', 1)
      expectCount(events, 'MapStateFailed', 1)
    },
  },
  {
    title: 'a catcher inside the processor keeps the other iterations going',
    source: spec('Fallback states'),
    states: {
      M: {
        Type: 'Map',
        MaxConcurrency: 1,
        Items: [1, 2, 3],
        ItemProcessor: {
          StartAt: 'T',
          States: { T: { ...invoke(), Output: 'ok', Catch: [onError(['Oops'])], End: true }, Caught: give('bad') },
        },
        ...end,
      },
    },
    lambdas: { work: throwsInTurn(['Oops']) },
    output: ['bad', 'ok', 'ok'],
  },
  {
    title: 'Catch of a Map sees the error of its iteration',
    source: spec('Fallback states'),
    states: {
      M: { Type: 'Map', Items: [1], ItemProcessor: failing('Deep', 'cause'), Catch: [onError(['Deep'])], ...end },
      Caught: give('{% $states.input %}'),
    },
    output: { Error: 'Deep', Cause: 'cause' },
  },
  {
    title: 'Maps nest, and the inner item is the one in the context object',
    source,
    states: {
      M: {
        Type: 'Map',
        Items: [[1, 2], [3]],
        ItemProcessor: regionOf(
          { Type: 'Map', ItemProcessor: region('{% $states.context.Map.Item.Value * 10 %}') },
          'Inner',
        ),
        ...end,
      },
    },
    output: [[10, 20], [30]],
  },
  {
    title: 'a Parallel may stand in a Map',
    source,
    states: {
      M: {
        Type: 'Map',
        Items: ['a', 'b'],
        ItemProcessor: regionOf({ Type: 'Parallel', Branches: [region(), region(1, 'One')] }, 'Both'),
        ...end,
      },
    },
    output: [
      ['a', 1],
      ['b', 1],
    ],
  },
  {
    title: 'Iterator is the old name of ItemProcessor and Parameters that of ItemSelector',
    source: `${source}: deprecated fields`,
    machine: jsonPath,
    states: {
      M: {
        Type: 'Map',
        Parameters: { 'v.$': '$$.Map.Item.Value' },
        Iterator: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
        ...end,
      },
    },
    input: [7],
    output: [{ v: 7 }],
  },
]
