/** What goes into calls and expressions: Arguments, the reserved `$states`, the context object. */
import { expect } from 'vitest'
import { did, end, failed, give, guide, jsonPath, passed, region, succeeded } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const task = guide('Task workflow state')
const data = guide('Transforming data with JSONata in Step Functions: $states')
const context = guide('Accessing execution data from the Context object in Step Functions')
const echo = { lambdas: { work: (event: unknown) => event } }
const payload = { Output: '{% $states.result.Payload %}', ...end }

export const dataCases: readonly EngineCase[] = [
  {
    title: 'Arguments make the call, expressions and plain values mixed',
    source: task,
    states: {
      T: { ...invoke({ plain: 1, from: '{% $states.input.a %}', list: ['{% $states.input.b %}', 'x'] }), ...payload },
    },
    input: { a: 'A', b: null },
    ...echo,
    output: { plain: 1, from: 'A', list: [null, 'x'] },
    events: succeeded(did('T')),
  },
  {
    title: 'the whole Arguments may be one expression',
    source: task,
    states: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: "{% {'FunctionName': 'work', 'Payload': $states.input} %}",
        ...payload,
      },
    },
    input: { x: 1 },
    ...echo,
    output: { x: 1 },
  },
  {
    title: 'without Arguments a function ARN gets the input of the state',
    source: task,
    states: { T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:work', ...end } },
    input: { whole: 'input' },
    ...echo,
    output: { whole: 'input' },
    events: succeeded([
      'TaskStateEntered:T',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited:T',
    ]),
  },
  {
    title: 'without Output a task hands its result on',
    source: task,
    states: { T: { ...invoke('hi'), Next: 'A' }, A: give('{% $states.input.Payload %}') },
    ...echo,
    output: 'hi',
  },
  {
    title: 'Output of a task may join input and result',
    source: data,
    states: { T: { ...invoke(2), Output: '{% [$states.input, $states.result.Payload] %}', ...end } },
    input: 1,
    ...echo,
    output: [1, 2],
  },
  {
    title: 'an argument without a value fails the task before any call',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { T: { ...invoke('{% $states.input.none %}'), ...end } },
    ...echo,
    error: 'States.QueryEvaluationError',
    cause: /specified for the field 'Arguments\/Payload' returned nothing/,
    events: failed('TaskStateEntered:T', 'EvaluationFailed'),
  },
  {
    title: 'the input of the execution stays readable everywhere',
    source: context,
    states: { A: { Type: 'Pass', Output: 'lost', Next: 'B' }, B: give('{% $states.context.Execution.Input.k %}') },
    input: { k: 'kept' },
    output: 'kept',
    events: succeeded(passed('A'), passed('B')),
  },
  {
    title: 'the context object tells the execution: name, role, start and redrives',
    source: context,
    states: {
      A: give({
        name: '{% $states.context.Execution.Name = $split($states.context.Execution.Id, ":")[7] %}',
        role: '{% $states.context.Execution.RoleArn %}',
        start: '{% $states.context.Execution.StartTime %}',
        redrives: '{% $states.context.Execution.RedriveCount %}',
      }),
    },
    output: {
      name: true,
      role: 'arn:aws:iam::111111111111:role/role',
      start: '2026-01-05T10:00:00.000Z',
      redrives: 0,
    },
  },
  {
    title: 'the context object tells the state and when it was entered',
    source: context,
    states: {
      W: { Type: 'Wait', Seconds: 61, Next: 'A' },
      A: give('{% [$states.context.State.Name, $states.context.State.EnteredTime] %}'),
    },
    output: ['A', '2026-01-05T10:01:01.000Z'],
  },
  {
    title: 'the context object tells the state machine',
    source: context,
    states: { A: give('{% $states.context.StateMachine %}') },
    output: { Id: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine-0', Name: 'machine-0' },
  },
  {
    title: 'a token is in the context object of a task that waits for one, and nowhere else',
    source: context,
    states: { A: give('{% $exists($states.context.Task) %}') },
    output: false,
  },
  {
    title: 'outside of a Map there is no item',
    source: context,
    states: {
      M: { Type: 'Map', Items: [1], ItemProcessor: region(), Output: '{% $exists($states.context.Map) %}', ...end },
    },
    output: false,
  },
  {
    title: 'dates in expressions read the time of the machine',
    source: guide('Transforming data with JSONata: $now and $millis'),
    states: { A: give('{% $type($millis()) & " " & $string($now() > "2000") %}') },
    output: 'number true',
  },
  {
    title: 'an expression may span lines and hold comments',
    source: 'JSONata documentation, Programming constructs',
    states: { A: give('{% (\n  $a := 1; /* one */\n  $b := $a + 1;\n  [$a, $b]\n) %}') },
    output: [1, 2],
  },
  {
    title: 'paths of JSONPath states reach the context object with two dollars',
    source: context,
    machine: jsonPath,
    states: { A: { Type: 'Pass', Parameters: { 'state.$': '$$.State.Name', 'id.$': '$$.StateMachine.Name' }, ...end } },
    output: { state: 'A', id: 'machine-0' },
    check: ({ events }) => expect(events).toEqual(succeeded(passed('A'))),
  },
]
