import { end, failed, give, guide, passed, spec, succeeded } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const source = spec('Pass State')
const output = guide('Transforming data with JSONata in Step Functions')

export const passCases: readonly EngineCase[] = [
  {
    title: 'Pass leaves one event when it is entered and one when it is left',
    source,
    states: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', ...end } },
    input: { kept: [1, 'two', null] },
    output: { kept: [1, 'two', null] },
    events: succeeded(passed('A'), passed('B')),
  },
  {
    title: 'an Output of null is the output null',
    source: output,
    states: { A: give(null) },
    output: null,
    events: succeeded(passed('A')),
  },
  {
    title: 'an Output of false, zero or an empty text is kept as it is',
    source: output,
    states: { A: give({ no: false, none: 0, empty: '', list: [], object: {} }) },
    output: { no: false, none: 0, empty: '', list: [], object: {} },
    events: succeeded(passed('A')),
  },
  {
    title: 'blanks inside the marks of an expression do not matter',
    source: output,
    states: { A: give('{%   $states.input.x   %}') },
    input: { x: 'y' },
    output: 'y',
  },
  {
    title: 'expressions are found at any depth of objects and lists',
    source: output,
    states: { A: give({ a: [{ b: ['{% $states.input.n %}', { c: '{% $states.input.n * 2 %}' }] }] }) },
    input: { n: 4 },
    output: { a: [{ b: [4, { c: 8 }] }] },
  },
  {
    title: 'names of members are not evaluated',
    source: output,
    states: { A: give({ '{% 1 %}': '{% 1 %}' }) },
    output: { '{% 1 %}': 1 },
  },
  {
    title: 'Comment changes nothing, wherever it stands',
    source: spec('States: common fields'),
    machine: { Comment: 'of the machine' },
    states: { A: { Type: 'Pass', Comment: 'of the state', ...end } },
    input: [1],
    output: [1],
  },
  {
    title: 'an Output without a value fails the execution and says which expression',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { A: give('{% $states.input.nowhere %}') },
    error: 'States.QueryEvaluationError',
    cause:
      /^An error occurred while executing the state 'A' \(entered at the event id #2\)\. The JSONata expression '\$states\.input\.nowhere' specified for the field 'Output' returned nothing \(undefined\)\.$/,
    events: failed('PassStateEntered:A', 'EvaluationFailed'),
  },
  {
    title: 'the place of a failed expression is its path in the state',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { A: give({ list: [1, '{% $nothing %}'] }) },
    error: 'States.QueryEvaluationError',
    cause: /specified for the field 'Output\/list\[1\]' returned nothing/,
  },
  {
    title: 'a Pass that jumps back makes a loop that a variable ends',
    source: spec('Transitions: a state may have any number of incoming transitions'),
    states: {
      Start: { Type: 'Pass', Assign: { n: 0 }, Next: 'More' },
      More: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'Enough' },
      Enough: { Type: 'Choice', Choices: [{ Condition: '{% $n < 3 %}', Next: 'More' }], Default: 'Done' },
      Done: give('{% $n %}'),
    },
    output: 3,
  },
]
