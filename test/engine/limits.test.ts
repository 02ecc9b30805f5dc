/** AWS's limits on data and time. Source: AWS, "Service quotas" and "Handling errors": States.DataLimitExceeded. */
import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import { type EngineCase, invoke, runCase } from './cases.ts'

const end = { End: true }
const dev = 'AWS Step Functions Developer Guide'
const text = (bytes: number) => 'x'.repeat(bytes)
const inner = { StartAt: 'In', States: { In: { Type: 'Pass', Output: 1, ...end } } }
const twice = '{% [$states.input.text, $states.input.text] %}'
const oversized = { error: 'States.DataLimitExceeded', cause: /exceed/ }
const day = 86_400
/** Assigns another variable of 200,000 bytes in every round, until there are `rounds`. */
const hoard = (rounds: number) =>
  Object.fromEntries(
    Array.from({ length: rounds }, (_, round) => [
      `S${round}`,
      {
        Type: 'Pass',
        Assign: { [`v${round}`]: '{% $states.input %}' },
        ...(round === rounds - 1 ? { Output: 'done', ...end } : { Next: `S${round + 1}` }),
      },
    ]),
  )

const cases: EngineCase[] = [
  {
    title: 'arguments above 262,144 bytes fail the task before it is scheduled',
    source: `${dev}, States.DataLimitExceeded: the input of a state after Parameters processing`,
    states: { T: { ...invoke(twice), ...end } },
    input: { text: text(200_000) },
    ...oversized,
    events: ['ExecutionStarted', 'TaskStateEntered:T', 'ExecutionFailed'],
  },
  {
    title: 'so do those of a Parallel',
    source: `${dev}, States.DataLimitExceeded`,
    states: { P: { Type: 'Parallel', Arguments: twice, Branches: [inner], ...end } },
    input: { text: text(200_000) },
    ...oversized,
  },
  {
    title: 'and the selected item of a Map',
    source: `${dev}, States.DataLimitExceeded`,
    states: { M: { Type: 'Map', Items: [1], ItemSelector: twice, ItemProcessor: inner, ...end } },
    input: { text: text(200_000) },
    ...oversized,
  },
  {
    title: 'the outputs of branches together are limited',
    source: `${dev}, States.DataLimitExceeded: the output of a state`,
    states: {
      P: {
        Type: 'Parallel',
        Branches: ['A', 'B'].map((name) => ({ StartAt: name, States: { [name]: { Type: 'Pass', ...end } } })),
        ...end,
      },
    },
    input: { text: text(200_000) },
    ...oversized,
  },
  {
    title: 'one Assign holds 262,144 bytes of values',
    source: `${dev}, Passing data between states with variables`,
    states: { A: { Type: 'Pass', Assign: { a: '{% $states.input.text %}', b: '{% $states.input.text %}' }, ...end } },
    input: { text: text(140_000) },
    ...oversized,
  },
  {
    title: 'quotes in a value count once: what fits as a payload fits as a variable',
    source: `${dev}, Passing data between states with variables`,
    states: { A: { Type: 'Pass', Assign: { a: '{% $states.input %}' }, Output: 1, ...end } },
    input: { text: '"'.repeat(120_000) },
    output: 1,
  },
  {
    title: 'all variables together hold 10 MiB',
    source: `${dev}, Service quotas: total size of stored variables`,
    states: hoard(53),
    input: text(200_000),
    ...oversized,
  },
  {
    title: 'and not less',
    source: `${dev}, Service quotas: total size of stored variables`,
    states: hoard(52),
    input: text(200_000),
    output: 'done',
  },
  {
    title: 'an execution that waits too long times out after a year',
    source: `${dev}, Service quotas: maximum execution time`,
    states: { W: { Type: 'Wait', Seconds: 400 * day, ...end } },
    status: 'TIMED_OUT',
    events: ['ExecutionStarted', 'WaitStateEntered:W', 'ExecutionTimedOut'],
    check: ({ history }) =>
      expect(history.at(-1)!.timestamp!.getTime() - history[0]!.timestamp!.getTime()).toBe(365 * day * 1000),
  },
  {
    title: 'and so does one whose token nobody answers',
    source: `${dev}, Service quotas: maximum execution time`,
    states: { T: { ...invoke(), Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', ...end } },
    lambdas: { work: () => 1 },
    status: 'TIMED_OUT',
  },
  {
    title: 'as one that keeps itself busy',
    source: `${dev}, Service quotas: maximum execution time`,
    states: {
      W: { Type: 'Wait', Seconds: 30 * day, Next: 'C' },
      C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'S' }], Default: 'W' },
      S: { Type: 'Succeed' },
    },
    status: 'TIMED_OUT',
    check: ({ history }) => expect(history).toHaveLength(51),
  },
]

it('data that is nested too deeply to be written fails its state, in either language', async () => {
  const core = createStepFunctions({
    clock: createVirtualClock(0),
    dataDir: null,
    region: 'us-east-1',
    accountId: '111111111111',
    invokeLambda: async () => ({ ok: true, payload: '{}' }),
    callService: async () => ({}),
  })
  const input = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  for (const state of [
    { Parameters: { 'a.$': '$..b' } },
    { Parameters: { 'a.$': '$' } },
    { QueryLanguage: 'JSONata', Output: { a: '{% $states.input %}' } },
  ]) {
    const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', ...state, ...end } } })
    const name = `m${Object.values(state).length}${JSON.stringify(state).length}`
    const made = await core.call('CreateStateMachine', {
      name,
      definition,
      roleArn: 'arn:aws:iam::111111111111:role/role',
    })
    const { executionArn } = (await core.call('StartExecution', { ...made, input, name: 'e' })) as {
      executionArn: string
    }
    await core.atRest()
    const { status, cause } = (await core.call('DescribeExecution', { executionArn })) as Record<string, unknown>
    expect({ status, cause }).toMatchObject({ status: 'FAILED', cause: expect.not.stringContaining('please report') })
  }
  core.close()
})

describe('the limits', () => {
  it.each(cases)('$title', (one) => runCase(one))
})
