/** Quotas: what still fits, and how what does not fit fails. */
import { expect } from 'vitest'
import { end, expectLasts, failed, give, guide, onError, regionOf } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const quotas = guide('Step Functions service quotas')
const errors = guide('Handling errors: States.DataLimitExceeded')
const most = 262_144
const filled = (bytes: number) => `{% $pad('', ${bytes - 2}, 'x') %}`
const length = '{% $length($states.input) %}'

export const limitCases: readonly EngineCase[] = [
  {
    title: 'an output of exactly 262,144 bytes is fine',
    source: quotas,
    states: { A: { Type: 'Pass', Output: filled(most), Next: 'B' }, B: give(length) },
    output: most - 2,
  },
  {
    title: 'an output one byte above ends the execution',
    source: quotas,
    states: { A: { Type: 'Pass', Output: filled(most + 1), Next: 'B' }, B: give(length) },
    error: 'States.DataLimitExceeded',
    cause: /^The state\/task 'A' returned a result with a size exceeding the maximum number of bytes service limit\.$/,
    events: failed('PassStateEntered:A'),
  },
  {
    title: 'bytes are counted, not letters',
    source: `${quotas}: as a UTF-8 encoded string`,
    states: { A: give(`{% $pad('', ${most / 2}, 'é') %}`) },
    error: 'States.DataLimitExceeded',
  },
  {
    title: 'nothing catches an output that is too large',
    source: errors,
    states: {
      P: {
        Type: 'Parallel',
        Branches: [regionOf({ Type: 'Pass', Output: filled(most + 1) }, 'A')],
        Catch: [onError(['States.ALL'])],
        ...end,
      },
      Caught: give(1),
    },
    error: 'States.DataLimitExceeded',
  },
  {
    title: 'branches that fit may have a joint output that does not',
    source: quotas,
    states: {
      P: {
        Type: 'Parallel',
        Branches: ['A', 'B'].map((name) => regionOf({ Type: 'Pass', Output: filled(most / 2) }, name)),
        ...end,
      },
    },
    error: 'States.DataLimitExceeded',
  },
  {
    title: 'a branch may have a large output when the Parallel keeps little of it',
    source: guide('Parallel workflow state'),
    states: {
      P: {
        Type: 'Parallel',
        Branches: ['A', 'B'].map((name) => regionOf({ Type: 'Pass', Output: filled(1000) }, name)),
        Output: '{% $length($states.result[0]) %}',
        ...end,
      },
    },
    output: 998,
  },
  {
    title: 'one Assign holds at most 262,144 bytes',
    source: guide('Passing data between states with variables: limits'),
    states: { A: { Type: 'Pass', Assign: { x: filled(200_000), y: filled(62_145) }, ...end } },
    error: 'States.DataLimitExceeded',
  },
  {
    title: 'variables of several Assigns may hold more together',
    source: guide('Passing data between states with variables: limits'),
    states: {
      A: { Type: 'Pass', Assign: { x: filled(200_000) }, Next: 'B' },
      B: { Type: 'Pass', Assign: { y: filled(200_000) }, Next: 'C' },
      C: give('{% $length($x) + $length($y) %}'),
    },
    output: 399_996,
  },
  {
    title: 'a task result that is too large is an error of the task and can be caught',
    source: 'recorded: a Lambda answer above the quota is TaskFailed with States.DataLimitExceeded',
    states: { T: { ...invoke(), Catch: [onError(['States.ALL'])], ...end }, Caught: give('{% $states.input.Error %}') },
    lambdas: { work: () => 'x'.repeat(most) },
    output: 'States.DataLimitExceeded',
  },
  {
    title: 'inline iterations beyond 40 wait for a place',
    source: guide('Using Map state in Inline mode: concurrency'),
    states: {
      M: {
        Type: 'Map',
        MaxConcurrency: 100,
        Items: '{% [1..81] %}',
        ItemProcessor: regionOf({ Type: 'Wait', Seconds: 1 }),
        Output: 'done',
        ...end,
      },
    },
    output: 'done',
    check: ({ history }) => expectLasts(history, 3000),
  },
  {
    title: 'a name of 80 characters is allowed',
    source: quotas,
    states: { ['n'.repeat(80)]: give('long') },
    output: 'long',
    check: ({ events }) => expect(events[1]).toBe(`PassStateEntered:${'n'.repeat(80)}`),
  },
]
