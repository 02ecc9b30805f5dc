import {
  broke,
  end,
  expectCount,
  give,
  guide,
  jsonPath,
  never,
  onError,
  passed,
  spec,
  succeeded,
  throws,
} from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const source = spec('Fallback states')
const page = guide('Handling errors in Step Functions workflows: Catch')
const oops = { lambdas: { work: throws('Oops', 'spilled') } }
const caught = (task: object, output: unknown = '{% $states.input %}') => ({
  T: { ...task, ...end },
  Caught: give(output),
})
const pathTask = (more: object) => ({
  T: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'work', Payload: {} },
    ...more,
    ...end,
  },
  Caught: { Type: 'Pass', ...end },
})

export const catchCases: readonly EngineCase[] = [
  {
    title: 'a caught error is left through the state, which goes on at the catcher',
    source,
    states: caught({ ...invoke(), Catch: [onError(['Oops'])] }, 'ok'),
    ...oops,
    output: 'ok',
    events: succeeded(broke('T'), 'TaskStateExited:T', passed('Caught')),
  },
  {
    title: 'the error output has Error and Cause, and a function error tells type and message in its Cause',
    source: page,
    states: caught(
      { ...invoke(), Catch: [onError(['States.ALL'])] },
      '{% [$states.input.Error, $parse($states.input.Cause).errorMessage, $parse($states.input.Cause).errorType] %}',
    ),
    ...oops,
    output: ['Oops', 'spilled', 'Oops'],
  },
  {
    title: 'the first catcher that names the error is taken',
    source,
    states: {
      T: {
        ...invoke(),
        Catch: [
          { ErrorEquals: ['Other'], Next: 'A' },
          { ErrorEquals: ['Oops'], Next: 'B' },
          { ErrorEquals: ['States.ALL'], Next: 'A' },
        ],
        ...end,
      },
      A: give('a'),
      B: give('b'),
    },
    ...oops,
    output: 'b',
  },
  {
    title: 'an error that no catcher names fails the execution',
    source,
    states: caught({ ...invoke(), Catch: [onError(['Other'])] }),
    ...oops,
    error: 'Oops',
  },
  {
    title: 'States.TaskFailed catches an error of the function',
    source: spec('Appendix A: States.TaskFailed'),
    states: caught({ ...invoke(), Catch: [onError(['States.TaskFailed'])] }, '{% $states.input.Error %}'),
    ...oops,
    output: 'Oops',
  },
  {
    title: 'States.Timeout catches a task that took too long',
    source: spec('Appendix A: States.Timeout'),
    states: caught(
      { ...invoke(), TimeoutSeconds: 3, Catch: [onError(['States.Timeout'])] },
      '{% $states.input.Error %}',
    ),
    lambdas: { work: never },
    output: 'States.Timeout',
  },
  {
    title: 'Output of a catcher may keep the input and add the error',
    source: page,
    states: caught({
      ...invoke(),
      Catch: [
        onError(['Oops'], { Output: { input: '{% $states.input %}', error: '{% $states.errorOutput.Error %}' } }),
      ],
    }),
    input: { order: 7 },
    ...oops,
    output: { input: { order: 7 }, error: 'Oops' },
  },
  {
    title: "a catcher's Assign sets variables, and the state's own Assign is not used",
    source: guide('Passing data between states with variables'),
    states: {
      T: {
        ...invoke(),
        Assign: { went: 'well' },
        Catch: [onError(['Oops'], { Assign: { why: '{% $states.errorOutput.Error %}' } })],
        ...end,
      },
      Caught: give('{% {"why": $why, "went": $exists($went)} %}'),
    },
    ...oops,
    output: { why: 'Oops', went: false },
  },
  {
    title: 'a catcher is not used when nothing fails',
    source,
    states: { T: { ...invoke(), Output: 'fine', Catch: [onError(['States.ALL'])], ...end }, Caught: give('bad') },
    lambdas: { work: () => 1 },
    output: 'fine',
  },
  {
    title: 'an Output that fails is caught like an error of the task',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: {
      T: {
        ...invoke(),
        Output: '{% $states.result.Payload.none %}',
        Catch: [onError(['States.QueryEvaluationError'])],
        ...end,
      },
      Caught: give('caught'),
    },
    lambdas: { work: () => ({}) },
    output: 'caught',
    check: ({ events }) => expectCount(events, 'EvaluationFailed', 1),
  },
  {
    title: 'an error in the catcher itself is not caught by the next one',
    source: page,
    states: {
      T: {
        ...invoke(),
        Catch: [onError(['Oops'], { Output: '{% $nothing %}' }), onError(['States.ALL'])],
        ...end,
      },
      Caught: give('caught'),
    },
    ...oops,
    error: 'States.QueryEvaluationError',
  },
  {
    title: 'a catcher may lead back to the state it belongs to',
    source: `${source}: Next names any state`,
    states: {
      Start: { Type: 'Pass', Assign: { tries: 0 }, Next: 'T' },
      T: {
        ...invoke('{% $tries %}'),
        Output: '{% $states.result.Payload %}',
        Catch: [{ ErrorEquals: ['Early'], Assign: { tries: '{% $tries + 1 %}' }, Next: 'T' }],
        ...end,
      },
    },
    lambdas: {
      work: (tries) => {
        if (Number(tries) < 2) throw Object.assign(new Error('too early'), { name: 'Early' })
        return tries
      },
    },
    output: 2,
  },
  {
    title: 'ResultPath of a catcher puts the error into the input',
    source: `${source}: ResultPath`,
    machine: jsonPath,
    states: pathTask({ Catch: [onError(['Oops'], { ResultPath: '$.problem' })] }),
    input: { order: 7 },
    ...oops,
    check: ({ output }) => {
      const { order, problem } = output as { order: number; problem: { Error: string } }
      if (order !== 7 || problem.Error !== 'Oops') throw new Error(JSON.stringify(output))
    },
  },
  {
    title: 'without ResultPath the error replaces the input',
    source: `${source}: ResultPath defaults to $`,
    machine: jsonPath,
    states: pathTask({ Catch: [onError(['Oops'])] }),
    input: { order: 7 },
    ...oops,
    check: ({ output }) => {
      if (Object.keys(output as object).join() !== 'Error,Cause') throw new Error(JSON.stringify(output))
    },
  },
  {
    title: 'a ResultPath of null keeps the input and drops the error',
    source: `${source}: ResultPath`,
    machine: jsonPath,
    states: pathTask({ Catch: [onError(['Oops'], { ResultPath: null })] }),
    input: { order: 7 },
    ...oops,
    output: { order: 7 },
  },
]
