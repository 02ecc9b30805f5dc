/** What is wrong with a definition, said with AWS's codes, words and places. Source: diagnostics measured on AWS and published. */
import { describe, expect, it } from 'vitest'
import { checkDefinition, renderDiagnostics } from '../../local/step-functions/index.ts'
import { startHarness } from './harness.ts'

const machine = (states: object, more: object = {}) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more })
const pathMachine = (states: object) => machine(states, { QueryLanguage: 'JSONPath' })
const alone = (state: object) => machine({ A: { ...state, End: true } })
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' } }
const wait = (fields: object) => alone({ Type: 'Wait', ...fields })
const inner = { StartAt: 'X', States: { X: { Type: 'Pass', End: true } } }
const map = (processor: object, more: object = {}) => alone({ Type: 'Map', ItemProcessor: processor, ...more })
const choice = (rule: object) =>
  pathMachine({ A: { Type: 'Choice', Choices: [{ Next: 'B', ...rule }] }, B: { Type: 'Succeed' } })
const said = (text: string) => renderDiagnostics(checkDefinition(text).filter(({ severity }) => severity === 'ERROR'))

const schema = (message: string, location: string) => `SCHEMA_VALIDATION_FAILED: ${message} at ${location}`
const target = (message: string, location: string) => `MISSING_TRANSITION_TARGET: ${message} at ${location}`
const endless = 'MISSING_END_STATE: Workflow has no terminal state at null'

describe('a definition is refused in the words of AWS', () => {
  it.each<[string, string, string | RegExp]>([
    ['text that is no JSON', '{', /^INVALID_JSON_DESCRIPTION/],
    ['an empty text', ' ', schema('Definition must be a valid JSON object', 'null')],
    ['JSON that is no object', '[]', schema('Definition must be a valid JSON object', 'null')],
    ['an empty object', '{}', schema('These fields are required: [States, StartAt]', '/')],
    ['no StartAt', JSON.stringify({ States: inner.States }), schema('These fields are required: [StartAt]', '/')],
    [
      'a field that there is not',
      machine({ A: { Type: 'Pass', End: true } }, { Foo: 1 }),
      schema("Field 'Foo' is not supported", '/'),
    ],
    [
      'another version',
      machine({ A: { Type: 'Pass', End: true } }, { Version: '2.0' }),
      schema('Value should be one of the following: [1.0]', '/Version'),
    ],
    [
      'an unknown language',
      alone({ Type: 'Pass', QueryLanguage: 'jsonata' }),
      schema('Value should be one of the following: [JSONPath, JSONata]', '/States/A/QueryLanguage'),
    ],
    [
      'a language of another type',
      machine({ A: { Type: 'Pass', End: true } }, { QueryLanguage: 5 }),
      schema('Expected value of type [STRING]', '/QueryLanguage'),
    ],
    [
      'a StartAt that is not there',
      machine({ A: { Type: 'Pass', End: true } }, { StartAt: 'B' }),
      target("Missing 'StartAt' target: B", '/StartAt'),
    ],
    [
      'a Next that is not there',
      machine({ A: { Type: 'Pass', Next: 'B' } }),
      `${target("Missing 'Next' target: B", '/States/A/Next')}, ${endless}`,
    ],
    [
      'a Default, a rule and a catcher that lead nowhere',
      machine({
        A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'X' }], Default: 'Y' },
        B: { ...task, Catch: [{ ErrorEquals: ['E'], Next: 'Z' }], End: true },
      }),
      [
        target("Missing 'Next' target: X", '/States/A/Choices[0]/Next'),
        target("Missing 'Next' target: Y", '/States/A/Default'),
        target("Missing 'Next' target: Z", '/States/B/Catch[0]/Next'),
        target('State "B" is not reachable.', '/States/B'),
      ].join(', '),
    ],
    [
      'a state that nothing leads to',
      machine({ A: { Type: 'Pass', End: true }, B: { Type: 'Pass', End: true } }),
      target('State "B" is not reachable.', '/States/B'),
    ],
    [
      'a state of a branch that nothing leads to',
      alone({ Type: 'Parallel', Branches: [{ ...inner, States: { ...inner.States, Y: { Type: 'Succeed' } } }] }),
      target('State "Y" is not reachable.', '/States/A/Branches[0]/States/Y'),
    ],
    [
      'a loop without an end, and then no state that nothing leads to',
      machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' }, C: { Type: 'Pass', Next: 'A' } }),
      endless,
    ],
    [
      'neither Next nor End',
      machine({ A: { Type: 'Pass' }, B: { Type: 'Succeed' } }),
      `${schema('This object should have only one of the following fields: [Next, End]', '/States/A')}, ${target('State "B" is not reachable.', '/States/B')}`,
    ],
    [
      'both Next and End',
      machine({ A: { Type: 'Pass', Next: 'A', End: true } }),
      schema('There should only be one of the following fields: [Next, End]', '/States/A'),
    ],
    ['no type', alone({}), schema('These fields are required: [Type]', '/States/A')],
    [
      'an unknown type',
      alone({ Type: 'Pas' }),
      schema(
        'Value should be one of the following: [Pass, Task, Choice, Wait, Succeed, Fail, Parallel, Map]',
        '/States/A/Type',
      ),
    ],
    [
      'a field of another type of state',
      alone({ Type: 'Pass', Retry: [] }),
      schema("Field 'Retry' is not supported", '/States/A'),
    ],
    [
      'a timeout of a Map',
      map(inner, { TimeoutSeconds: 1 }),
      schema("Field 'TimeoutSeconds' is not supported", '/States/A'),
    ],
    [
      'a JSONPath field in a JSONata state',
      alone({ Type: 'Pass', ResultPath: '$' }),
      schema(
        "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage",
        '/States/A',
      ),
    ],
    [
      'a JSONata field in a JSONPath state',
      pathMachine({ A: { Type: 'Pass', Output: 1, End: true } }),
      schema(
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
        '/States/A',
      ),
    ],
    [
      'a JSONPath state in a JSONata machine, and nothing more of it',
      alone({ Type: 'Pass', QueryLanguage: 'JSONPath', Output: 1 }),
      schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", '/States/A'),
    ],
    [
      'a language of an item processor',
      map({ ...inner, QueryLanguage: 'JSONata' }),
      schema("Field 'QueryLanguage' is not supported", '/States/A/ItemProcessor'),
    ],
    [
      'JSONata that does not parse',
      alone({ Type: 'Pass', Output: '{% 1 + %}' }),
      'INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/A/Output',
    ],
    [
      'a name that refers to nothing',
      alone({ Type: 'Pass', Output: { v: '{% phone %}' } }),
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/A/Output/v",
    ],
    [
      'what a catcher alone knows',
      alone({ Type: 'Pass', Output: '{% $states.errorOutput.Error %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$states.errorOutput' is not supported. at /States/A/Output",
    ],
    [
      '$$',
      alone({ Type: 'Pass', Output: '{% $$ %}' }),
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/A/Output",
    ],
    [
      'an operator that AWS does not know',
      alone({ Type: 'Pass', Output: '{% $states.input.a ?? 1 %}' }),
      /^INVALID_JSONATA_EXPRESSION/,
    ],
    ['$eval', alone({ Type: 'Pass', Output: "{% $eval('1') %}" }), /^INVALID_JSONATA_EXPRESSION/],
    [
      'an expression without an end',
      alone({ Type: 'Pass', Output: '{% 1' }),
      schema('JSONata string must start with {% and end with %}', '/States/A/Output'),
    ],
    [
      'a path that is none',
      pathMachine({ A: { Type: 'Pass', InputPath: 'a', End: true } }),
      /^SCHEMA_VALIDATION_FAILED: Value must be a valid JSONPath\. .* at \/States\/A\/InputPath$/,
    ],
    [
      'a result path that may lead to several values',
      pathMachine({ A: { Type: 'Pass', ResultPath: '$.a[*]', End: true } }),
      /^SCHEMA_VALIDATION_FAILED: Value is not a Reference Path: .* at \/States\/A\/ResultPath$/,
    ],
    [
      'a template field that is neither path nor function',
      pathMachine({ A: { Type: 'Pass', Parameters: { 'x.$': 'a' }, End: true } }),
      /^SCHEMA_VALIDATION_FAILED: The value for the field 'x\.\$' must be a valid JSONPath or a valid intrinsic function call: .* at \/States\/A\/Parameters$/,
    ],
    [
      'a target that is no text',
      machine({ A: { Type: 'Pass', Next: [] }, B: { Type: 'Succeed' } }),
      /^SCHEMA_VALIDATION_FAILED: Expected value of type \[STRING\] at \/States\/A\/Next/,
    ],
    ['a task without Resource', alone({ Type: 'Task' }), schema('These fields are required: [Resource]', '/States/A')],
    [
      'a resource that is no ARN',
      alone({ Type: 'Task', Resource: 'f' }),
      schema('Value is not a valid resource ARN', '/States/A/Resource'),
    ],
    [
      'a pattern that the integration does not have',
      alone({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.sync' }),
      /^SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::sqs:sendMessage\.sync is not recognized\. The value is not a valid resource ARN, or the resource is not available in this region\. \(sqs:sendMessage has no pattern/,
    ],
    [
      'an integration that AWS does not have',
      alone({ Type: 'Task', Resource: 'arn:aws:states:::glue:flyToTheMoon' }),
      /glue:flyToTheMoon is not recognized.*arn:aws:states:::aws-sdk:<service>:<action> calls any API/,
    ],
    [
      'States.ALL beside another error',
      alone({ ...task, Retry: [{ ErrorEquals: ['X', 'States.ALL'] }] }),
      schema('States.ALL must appear alone and at end of list', '/States/A/Retry[0]/ErrorEquals[1]'),
    ],
    [
      'States.ALL before another retrier',
      alone({ ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }),
      schema('States.ALL must appear alone and at end of list', '/States/A/Retry[0]/ErrorEquals[0]'),
    ],
    [
      'a retrier without errors',
      alone({ ...task, Retry: [{}] }),
      schema('These fields are required: [ErrorEquals]', '/States/A/Retry[0]'),
    ],
    [
      'a retrier of no error',
      alone({ ...task, Retry: [{ ErrorEquals: [] }] }),
      schema('Value cannot be empty', '/States/A/Retry[0]/ErrorEquals'),
    ],
    [
      'an unknown jitter',
      alone({ ...task, Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'SOME' }] }),
      schema('Value should be one of the following: [NONE, FULL]', '/States/A/Retry[0]/JitterStrategy'),
    ],
    [
      'numbers of a retrier that are out of bounds',
      alone({
        ...task,
        Retry: [{ ErrorEquals: ['X'], MaxAttempts: -1, BackoffRate: 0.5, MaxDelaySeconds: 40_000_000 }],
      }),
      [
        schema('Minimum value is 0', '/States/A/Retry[0]/MaxAttempts'),
        schema('Minimum value is 1', '/States/A/Retry[0]/BackoffRate'),
        schema('Maximum value is 31622400', '/States/A/Retry[0]/MaxDelaySeconds'),
      ].join(', '),
    ],
    [
      'a catcher without a target',
      alone({ ...task, Catch: [{ ErrorEquals: ['X'] }] }),
      schema('These fields are required: [Next]', '/States/A/Catch[0]'),
    ],
    [
      'a timeout of no time',
      alone({ ...task, TimeoutSeconds: 0 }),
      schema('Minimum value is 1', '/States/A/TimeoutSeconds'),
    ],
    [
      'a timeout that is a text',
      alone({ ...task, TimeoutSeconds: '5' }),
      schema('Expected value of type Integer', '/States/A/TimeoutSeconds'),
    ],
    [
      'two timeouts',
      pathMachine({
        A: { Type: 'Task', Resource: task.Resource, TimeoutSeconds: 5, TimeoutSecondsPath: '$.t', End: true },
      }),
      schema('There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]', '/States/A'),
    ],
    [
      'a heartbeat above the timeout',
      alone({ ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      schema('HeartbeatSeconds must be smaller than TimeoutSeconds', '/States/A'),
    ],
    [
      'a Choice without rules',
      machine({ A: { Type: 'Choice', Choices: [] } }),
      `${schema('Value cannot be empty', '/States/A/Choices')}, ${endless}`,
    ],
    [
      'a rule of two comparisons',
      choice({ Variable: '$', StringEquals: 'a', NumericEquals: 1 }),
      schema('There should only be one of the following fields: [StringEquals, NumericEquals]', '/States/A/Choices[0]'),
    ],
    [
      'a rule of none',
      choice({}),
      schema(
        'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]',
        '/States/A/Choices[0]',
      ),
    ],
    [
      'an inner rule with a Next',
      choice({ Not: { Variable: '$', IsNull: true, Next: 'B' } }),
      schema("Field 'Next' is not supported", '/States/A/Choices[0]/Not'),
    ],
    [
      'a comparison with another type',
      choice({ Variable: '$', NumericEquals: '1' }),
      schema('Expected value of type [NUMBER]', '/States/A/Choices[0]/NumericEquals'),
    ],
    [
      'a Wait for nothing',
      wait({}),
      schema(
        'This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]',
        '/States/A',
      ),
    ],
    [
      'a Wait with two ends',
      wait({ Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }),
      schema(
        'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]',
        '/States/A',
      ),
    ],
    [
      'a Wait until no time',
      wait({ Timestamp: 'noon' }),
      schema('String does not match RFC3339 timestamp', '/States/A/Timestamp'),
    ],
    [
      'a Parallel of nothing',
      alone({ Type: 'Parallel', Branches: [] }),
      schema('Value cannot be empty', '/States/A/Branches'),
    ],
    [
      'a branch without a start',
      alone({ Type: 'Parallel', Branches: [{ States: inner.States }] }),
      schema('These fields are required: [StartAt]', '/States/A/Branches[0]'),
    ],
    [
      'a Map of nothing',
      alone({ Type: 'Map' }),
      schema('This object should have only one of the following fields: [ItemProcessor, Iterator]', '/States/A'),
    ],
    [
      'an inline Map with a type of execution',
      map({ ...inner, ProcessorConfig: { Mode: 'INLINE', ExecutionType: 'STANDARD' } }),
      schema("Field 'ExecutionType' is not supported", '/States/A/ItemProcessor/ProcessorConfig'),
    ],
    [
      'a Distributed Map without one',
      map({ ...inner, ProcessorConfig: { Mode: 'DISTRIBUTED' } }),
      schema('These fields are required: [ExecutionType]', '/States/A/ItemProcessor/ProcessorConfig'),
    ],
    [
      'EXPRESS children of a Distributed Map that wait',
      map({
        StartAt: 'In',
        States: { In: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true } },
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      }),
      /Express state machine does not support '.waitForTaskToken' service integration/,
    ],
    [
      'a label that is none',
      map(inner, { Label: 'no good' }),
      'INVALID_LABEL_NAME: Invalid label name: no good at /States/A/Label',
    ],
    [
      'a variable named states',
      alone({ Type: 'Pass', Assign: { states: 1 } }),
      "RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/A/Assign/states",
    ],
    [
      'a variable with a blank',
      alone({ Type: 'Pass', Assign: { 'a b': 1 } }),
      "INVALID_VARIABLE_NAME: Invalid variable name 'a b': the variable name contains invalid characters. at /States/A/Assign/a b",
    ],
    [
      'one state name in two branches',
      alone({ Type: 'Parallel', Branches: [inner, inner] }),
      'DUPLICATE_STATE_NAME: Duplicate State name: X at /States/A/Branches[1]/States/X',
    ],
    [
      'a state name of 81 characters',
      machine({ ['a'.repeat(81)]: { Type: 'Pass', End: true } }),
      /^INVALID_STATE_NAME/,
    ],
    ['a definition above 1 MiB', alone({ Type: 'Pass', Comment: 'x'.repeat(1_048_576) }), /^DEFINITION_TOO_LARGE/],
  ])('%s', (_what, text, reason) => {
    if (typeof reason === 'string') expect(said(text)).toBe(reason)
    else expect(said(text)).toMatch(reason)
  })

  it('every mistake is said at once', () => {
    expect(checkDefinition(machine({ A: { Type: 'Pass', Foo: 1, Next: 'B' } })).map((one) => one.code)).toEqual([
      'SCHEMA_VALIDATION_FAILED',
      'MISSING_TRANSITION_TARGET',
      'MISSING_END_STATE',
    ])
  })

  it('CreateStateMachine answers InvalidDefinition', async () => {
    const harness = await startHarness()
    await expect(harness.create(machine({ A: { Type: 'Pass', Next: 'A' } }))).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: `Invalid State Machine Definition: '${endless}'`,
    })
    await harness.close()
  })
})

describe('a definition is accepted', () => {
  it('with every served field', () => {
    const text = machine({
      A: {
        ...task,
        Credentials: { RoleArn: 'arn:aws:iam::111111111111:role/other' },
        TimeoutSeconds: '{% 5 %}',
        Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 0, JitterStrategy: 'FULL', MaxDelaySeconds: 3 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Assign: { v: 1 }, Next: 'B' }],
        Next: 'B',
      },
      B: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'C' }], Default: 'C' },
      C: { Type: 'Succeed', Output: '{% $states.input %}' },
    })
    expect(said(text)).toBe('')
  })

  it('when a state inside a JSONata Map of a JSONPath machine uses JSONPath: languages come from the machine', () => {
    const states = { X: { Type: 'Pass', Parameters: { 'x.$': '$' }, End: true } }
    const each = { Type: 'Map', QueryLanguage: 'JSONata', Items: [1], ItemProcessor: { StartAt: 'X', States: states } }
    expect(said(pathMachine({ A: { ...each, End: true } }))).toBe('')
    const jsonata = { X: { Type: 'Pass', Output: 1, End: true } }
    expect(
      said(pathMachine({ A: { ...each, ItemProcessor: { StartAt: 'X', States: jsonata }, End: true } })),
    ).toContain("is only supported for the 'JSONata' QueryLanguage at /States/A/ItemProcessor/States/X")
  })

  it('with warnings for what looks like a path and is none', () => {
    const Result = { 'x.$': '$.a' }
    const text = pathMachine({
      A: { Type: 'Pass', Parameters: { x: '$.a', list: ['$$.Execution.Id'], f: 'States.UUID()' }, Next: 'B' },
      B: { Type: 'Pass', Result, End: true },
    })
    expect(checkDefinition(text).map(({ severity, code, location }) => [severity, code, location])).toEqual([
      ['WARNING', 'NO_DOLLAR', '/States/A/Parameters/x'],
      ['WARNING', 'NO_DOLLAR', '/States/A/Parameters/f'],
      ['WARNING', 'PASS_RESULT_IS_STATIC', '/States/B/Result'],
    ])
  })
})
