import {
  end,
  expectCount,
  expectLasts,
  failing,
  give,
  guide,
  onError,
  passed,
  region,
  regionOf,
  regions,
  spec,
  throws,
  throwsInTurn,
} from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const source = spec('Parallel State')
const page = guide('Parallel workflow state')
const pause = (Seconds: number, name: string) => ({
  StartAt: name,
  States: { [name]: { Type: 'Wait', Seconds, End: true } },
})

export const parallelCases: readonly EngineCase[] = [
  {
    title: 'a Parallel of one branch gives a list of one',
    source,
    states: { P: { Type: 'Parallel', Branches: [region()], ...end } },
    input: { x: 1 },
    output: [{ x: 1 }],
    events: [
      'ExecutionStarted',
      'ParallelStateEntered:P',
      'ParallelStateStarted',
      ...passed('In'),
      'ParallelStateSucceeded',
      'ParallelStateExited:P',
      'ExecutionSucceeded',
    ],
  },
  {
    title: 'outputs stand in the order of the branches, whichever ends first',
    source,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [3, 1, 2].map((Seconds) => regionOf({ Type: 'Wait', Seconds, Output: Seconds }, `W${Seconds}`)),
        ...end,
      },
    },
    output: [3, 1, 2],
    check: ({ history }) => expectLasts(history, 3000),
  },
  {
    title: 'outputs of branches may be of any kind',
    source,
    states: { P: { Type: 'Parallel', Branches: regions(null, [1], 'x', { y: 0 }), ...end } },
    output: [null, [1], 'x', { y: 0 }],
  },
  {
    title: 'Output of a Parallel shapes the list of results',
    source: page,
    states: {
      P: {
        Type: 'Parallel',
        Branches: regions({ a: 1 }, { b: 2 }),
        Output: '{% $merge($states.result) %}',
        ...end,
      },
    },
    output: { a: 1, b: 2 },
  },
  {
    title: 'Assign of a Parallel may keep results in variables',
    source: guide('Passing data between states with variables'),
    states: {
      P: {
        Type: 'Parallel',
        Branches: regions(5, 6),
        Assign: { second: '{% $states.result[1] %}' },
        Next: 'A',
      },
      A: give('{% $second %}'),
    },
    output: 6,
  },
  {
    title: 'Parallels nest, and so do their outputs',
    source,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [regionOf({ Type: 'Parallel', Branches: regions(1, 2) }, 'Inner'), region(3)],
        ...end,
      },
    },
    output: [[1, 2], 3],
  },
  {
    title: 'a branch may have many states',
    source,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'A',
            States: {
              A: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'B' },
              B: { Type: 'Choice', Choices: [{ Condition: '{% $states.input > 5 %}', Next: 'D' }], Default: 'A' },
              D: { Type: 'Pass', End: true },
            },
          },
        ],
        ...end,
      },
    },
    input: 3,
    output: [6],
  },
  {
    title: 'when a branch fails, branches that still run are aborted',
    source,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          pause(100, 'Long'),
          {
            StartAt: 'Short',
            States: {
              Short: { Type: 'Wait', Seconds: 2, Next: 'Bad' },
              Bad: { Type: 'Fail', Error: 'Bad', Cause: 'why' },
            },
          },
        ],
        ...end,
      },
    },
    error: 'Bad',
    cause: /^why$/,
    check: ({ events, history }) => {
      expectCount(events, 'WaitStateAborted', 1)
      expectLasts(history, 2000)
    },
  },
  {
    title: 'Retry of a Parallel runs every branch again',
    source: spec('Retrying after error'),
    states: {
      P: {
        Type: 'Parallel',
        Branches: [regionOf({ ...invoke(), Output: 'again' }, 'T'), region('other')],
        Retry: [{ ErrorEquals: ['Oops'], IntervalSeconds: 4 }],
        ...end,
      },
    },
    lambdas: { work: throwsInTurn(['Oops']) },
    output: ['again', 'other'],
    check: ({ events, history }) => {
      expectCount(events, 'ParallelStateStarted', 2)
      expectCount(events, 'PassStateExited:In', 2)
      expectLasts(history, 4000)
    },
  },
  {
    title: 'a branch that catches its error does not fail the Parallel',
    source: spec('Fallback states'),
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'T',
            States: {
              T: { ...invoke(), Catch: [onError(['States.ALL'])], End: true },
              Caught: { Type: 'Pass', Output: 'mended', End: true },
            },
          },
          region('fine'),
        ],
        ...end,
      },
    },
    lambdas: { work: throws('Oops') },
    output: ['mended', 'fine'],
  },
  {
    title: 'without an own catcher a Parallel gives the name of its branch error to the execution',
    source,
    states: { P: { Type: 'Parallel', Branches: [failing('Inner.Error', 'deep')], ...end } },
    error: 'Inner.Error',
    cause: /^deep$/,
    events: [
      'ExecutionStarted',
      'ParallelStateEntered:P',
      'ParallelStateStarted',
      'FailStateEntered:Stop',
      'ParallelStateFailed',
      'ExecutionFailed',
    ],
  },
]
