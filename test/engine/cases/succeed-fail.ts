import { didSucceed, end, failed, guide, passed, region, spec, succeeded } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const succeed = spec('Succeed State')
const fail = spec('Fail State')

export const succeedAndFailCases: readonly EngineCase[] = [
  {
    title: 'Succeed ends the execution with its input',
    source: succeed,
    states: { A: { Type: 'Succeed' } },
    input: { done: true },
    output: { done: true },
    events: succeeded(didSucceed('A')),
  },
  {
    title: 'Succeed may shape the output of the execution',
    source: guide('Succeed workflow state'),
    states: { A: { Type: 'Succeed', Output: { sum: '{% $sum($states.input) %}' } } },
    input: [1, 2, 3],
    output: { sum: 6 },
    events: succeeded(didSucceed('A')),
  },
  {
    title: 'Succeed in a branch ends that branch only',
    source: succeed,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'S', States: { S: { Type: 'Succeed', Output: 'early' } } }, region('other')],
        Next: 'After',
      },
      After: { Type: 'Pass', ...end },
    },
    output: ['early', 'other'],
  },
  {
    title: 'Succeed ends one iteration of a Map',
    source: succeed,
    states: {
      M: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: { StartAt: 'S', States: { S: { Type: 'Succeed', Output: '{% $states.input * 2 %}' } } },
        ...end,
      },
    },
    output: [2, 4],
  },
  {
    title: 'a Succeed whose Output has no value fails the execution',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { A: { Type: 'Succeed', Output: '{% $states.input.none %}' } },
    error: 'States.QueryEvaluationError',
    events: failed('SucceedStateEntered:A', 'EvaluationFailed'),
  },
  {
    title: 'Fail ends the execution with its error and cause',
    source: fail,
    states: { A: { Type: 'Fail', Error: 'Sold.Out', Cause: 'nothing is left' } },
    error: 'Sold.Out',
    cause: /^nothing is left$/,
    events: failed('FailStateEntered:A'),
  },
  {
    title: 'Fail needs neither Error nor Cause',
    source: fail,
    states: { A: { Type: 'Fail' } },
    status: 'FAILED',
    events: failed('FailStateEntered:A'),
    check: ({ error, cause }) => {
      if (error !== undefined || cause !== undefined) throw new Error('Fail without fields has neither error nor cause')
    },
  },
  {
    title: 'Fail may have a Cause alone',
    source: fail,
    states: { A: { Type: 'Fail', Cause: 'because' } },
    status: 'FAILED',
    cause: /^because$/,
  },
  {
    title: 'Fail comes after what went well before',
    source: fail,
    states: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Fail', Error: 'E' } },
    error: 'E',
    events: failed(passed('A'), 'FailStateEntered:B'),
  },
  {
    title: 'an Error made from the input is evaluated',
    source: guide('Fail workflow state'),
    states: { A: { Type: 'Fail', Error: '{% $states.input.kind & "Error" %}', Cause: '{% "n=" & $states.input.n %}' } },
    input: { kind: 'Stock', n: 3 },
    error: 'StockError',
    cause: /^n=3$/,
  },
  {
    title: 'an Error that is no text is an error itself',
    source: guide('Fail workflow state'),
    states: { A: { Type: 'Fail', Error: '{% 12 %}' } },
    error: 'States.QueryEvaluationError',
    cause: /Expected 'string', but was 'number' for value: 12/,
  },
  {
    title: 'a Fail state never reads its input when its fields are plain texts',
    source: fail,
    states: { A: { Type: 'Fail', Error: '$.not.a.path', Cause: 'plain' } },
    error: '$.not.a.path',
  },
]
