/** What is wrong with a definition, said with AWS's codes and places. */
import { describe, expect, it } from 'vitest'
import { checkDefinition, renderDiagnostics } from '../../local/step-functions/index.ts'
import { startHarness } from './harness.ts'

const machine = (states: object, more: object = {}) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more })
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' } }
const said = (text: string) => renderDiagnostics(checkDefinition(text))

describe('a definition is refused with the reason', () => {
  it.each([
    ['text that is no JSON', '{', /^INVALID_JSON_DESCRIPTION/],
    ['JSON that is no object', '[]', /^INVALID_JSON_DESCRIPTION/],
    ['no states', '{"StartAt":"A","States":{}}', /States is missing or empty/],
    [
      'a StartAt that is not there',
      machine({ A: { Type: 'Pass', End: true } }, { StartAt: 'B' }),
      /Missing 'StartAt' target: B at \/StartAt/,
    ],
    [
      'a Next that is not there',
      machine({ A: { Type: 'Pass', Next: 'B' } }),
      /^MISSING_TRANSITION_TARGET: Missing 'Next' target: B at \/States\/A\/Next$/,
    ],
    [
      'a state that nothing leads to',
      machine({ A: { Type: 'Pass', End: true }, B: { Type: 'Pass', End: true } }),
      /State "B" is not reachable/,
    ],
    ['neither Next nor End', machine({ A: { Type: 'Pass' } }), /needs either Next or "End": true at \/States\/A/],
    ['both Next and End', machine({ A: { Type: 'Pass', Next: 'A', End: true } }), /needs either Next or/],
    ['an unknown type', machine({ A: { Type: 'Pas', End: true } }), /Type must be one of Pass, Task/],
    [
      'an unknown field',
      machine({ A: { Type: 'Pass', Outputs: 1, End: true } }),
      /Field is not supported: Outputs at \/States\/A\/Outputs/,
    ],
    [
      'a JSONPath field in a JSONata state',
      machine({ A: { Type: 'Pass', ResultPath: '$', End: true } }),
      /ResultPath is not supported when QueryLanguage is JSONata/,
    ],
    [
      'a JSONPath state in a JSONata machine',
      machine({ A: { Type: 'Pass', QueryLanguage: 'JSONPath', End: true } }),
      /can not be 'JSONPath'/,
    ],
    [
      'JSONata that does not parse',
      machine({ A: { Type: 'Pass', Output: '{% 1 + %}', End: true } }),
      /^INVALID_JSONATA_EXPRESSION: .* at \/States\/A\/Output$/,
    ],
    [
      'JSONata that AWS refuses',
      machine({ A: { Type: 'Pass', Output: '{% $states.input.a ?? 1 %}', End: true } }),
      /^INVALID_JSONATA_EXPRESSION/,
    ],
    ['$eval', machine({ A: { Type: 'Pass', Output: "{% $eval('1') %}", End: true } }), /^INVALID_JSONATA_EXPRESSION/],
    ['an expression without an end', machine({ A: { Type: 'Pass', Output: '{% 1', End: true } }), /must end with %\}/],
    ['a task without Resource', machine({ A: { Type: 'Task', End: true } }), /the required field Resource is missing/],
    [
      'a pattern that the integration does not have',
      machine({ A: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.sync', End: true } }),
      /sqs:sendMessage has no pattern ".sync"; it has request-response, .waitForTaskToken/,
    ],
    [
      'an integration that AWS does not have',
      machine({ A: { Type: 'Task', Resource: 'arn:aws:states:::glue:flyToTheMoon', End: true } }),
      /there is no optimized integration glue:flyToTheMoon; arn:aws:states:::aws-sdk:<service>:<action> calls any API/,
    ],
    [
      'a Distributed Map of EXPRESS children',
      machine({
        A: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'B',
            States: { B: { Type: 'Pass', End: true } },
          },
          End: true,
        },
      }),
      /^NOT_SERVED_LOCALLY: a Distributed Map is served with ExecutionType STANDARD only/,
    ],
    [
      'States.ALL beside another error',
      machine({ A: { ...task, Retry: [{ ErrorEquals: ['States.ALL', 'X'] }], End: true } }),
      /States.ALL must appear alone/,
    ],
    [
      'States.ALL before another retrier',
      machine({ A: { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }], End: true } }),
      /in the last handler at \/States\/A\/Retry\[0\]/,
    ],
    [
      'a catcher without a target',
      machine({ A: { ...task, Catch: [{ ErrorEquals: ['X'], Next: 'Z' }], End: true } }),
      /Missing 'Next' target: Z at \/States\/A\/Catch\[0\]\/Next/,
    ],
    ['Retry on a Pass', machine({ A: { Type: 'Pass', Retry: [], End: true } }), /Field is not supported: Retry/],
    [
      'a heartbeat above the timeout',
      machine({ A: { ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true } }),
      /HeartbeatSeconds must be smaller/,
    ],
    ['a Choice without rules', machine({ A: { Type: 'Choice', Choices: [] } }), /Choices must be a non-empty array/],
    [
      'a Wait with two ends',
      machine({ A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } }),
      /exactly one of Seconds and Timestamp/,
    ],
    [
      'a variable named states',
      machine({ A: { Type: 'Pass', Assign: { states: 1 }, End: true } }),
      /"states" cannot be the name of a variable/,
    ],
    [
      'one state name in two branches',
      machine({
        P: {
          Type: 'Parallel',
          Branches: [1, 2].map(() => ({ StartAt: 'X', States: { X: { Type: 'Pass', End: true } } })),
          End: true,
        },
      }),
      /State name X is used more than once/,
    ],
    [
      'a state name of 81 characters',
      machine({ ['a'.repeat(81)]: { Type: 'Pass', End: true } }),
      /at most 80 characters/,
    ],
    [
      'a definition above 1 MiB',
      machine({ A: { Type: 'Pass', Comment: 'x'.repeat(1_048_576), End: true } }),
      /^DEFINITION_TOO_LARGE/,
    ],
  ])('%s', (_what, text, reason) => {
    expect(said(text)).toMatch(reason)
  })

  it('every mistake is said at once', () => {
    expect(checkDefinition(machine({ A: { Type: 'Pass', Foo: 1, Next: 'B' } })).map((one) => one.code)).toEqual([
      'SCHEMA_VALIDATION_FAILED',
      'MISSING_TRANSITION_TARGET',
    ])
  })

  it('CreateStateMachine answers InvalidDefinition', async () => {
    const harness = await startHarness()
    await expect(harness.create(machine({ A: { Type: 'Pass', Next: 'B' } }))).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message:
        "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next'",
    })
    await harness.close()
  })
})

it('a definition with every served field is accepted', () => {
  const text = machine({
    A: {
      ...task,
      TimeoutSeconds: '{% 5 %}',
      Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'FULL', MaxDelaySeconds: 3 }],
      Catch: [{ ErrorEquals: ['States.ALL'], Output: 1, Assign: { v: 1 }, Next: 'B' }],
      Next: 'B',
    },
    B: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'C' }], Default: 'C' },
    C: { Type: 'Succeed', Output: '{% $states.input %}' },
  })
  expect(said(text)).toBe('')
})
