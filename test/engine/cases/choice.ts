import { chose, failed, give, guide, passed, spec, succeeded } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const source = spec('Choice State')
const page = guide('Choice workflow state')
const choose = (condition: string, more: object = {}) => ({
  C: { Type: 'Choice', Choices: [{ Condition: condition, Next: 'Yes' }], Default: 'No', ...more },
  Yes: give('yes'),
  No: give('no'),
})
const yes = succeeded(chose('C'), passed('Yes'))

export const choiceCases: readonly EngineCase[] = [
  {
    title: 'a condition joins comparisons with and, or and $not',
    source: page,
    states: choose(
      '{% $states.input.n > 1 and ($states.input.n < 5 or $states.input.any) and $not($states.input.off) %}',
    ),
    input: { n: 3, any: false, off: false },
    output: 'yes',
    events: yes,
  },
  {
    title: 'a condition compares texts by order',
    source: page,
    states: choose('{% $states.input.day < "2026-02-01" %}'),
    input: { day: '2026-01-31' },
    output: 'yes',
    events: yes,
  },
  {
    title: 'a condition asks whether a value is there',
    source: page,
    states: choose('{% $exists($states.input.a.b) %}'),
    input: { a: {} },
    output: 'no',
    events: succeeded(chose('C'), passed('No')),
  },
  {
    title: 'a condition looks for a member of a list',
    source: page,
    states: choose('{% $states.input.kind in ["a", "b"] %}'),
    input: { kind: 'b' },
    output: 'yes',
  },
  {
    title: 'a condition matches a regular expression',
    source: page,
    states: choose('{% $contains($states.input.name, /^a.*z$/) %}'),
    input: { name: 'abcz' },
    output: 'yes',
  },
  {
    title: 'a condition reads variables',
    source: guide('Passing data between states with variables'),
    states: { A: { Type: 'Pass', Assign: { limit: 10 }, Next: 'C' }, ...choose('{% $states.input > $limit %}') },
    input: 11,
    output: 'yes',
  },
  {
    title: 'a condition that has no value fails the state at its place in the list',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% false %}', Next: 'Yes' },
          { Condition: '{% $states.input.none %}', Next: 'Yes' },
        ],
        Default: 'Yes',
      },
      Yes: give(1),
    },
    error: 'States.QueryEvaluationError',
    cause: /specified for the field 'Choices\[1\]\/Condition' returned nothing \(undefined\)/,
    events: failed('ChoiceStateEntered:C', 'EvaluationFailed'),
  },
  {
    title: 'a text is no condition',
    source: page,
    states: choose('{% "true" %}'),
    error: 'States.QueryEvaluationError',
    cause: /Expected 'boolean', but was 'string' for value: "true"/,
  },
  {
    title: 'rules after the first that holds are not evaluated',
    source,
    states: {
      C: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% true %}', Next: 'Yes' },
          { Condition: '{% $nothing %}', Next: 'No' },
        ],
        Default: 'No',
      },
      Yes: give('first'),
      No: give('no'),
    },
    output: 'first',
    events: yes,
  },
  {
    title: 'Output and Assign of the state itself belong to Default',
    source: page,
    states: {
      C: {
        Type: 'Choice',
        Choices: [{ Condition: '{% false %}', Next: 'A', Assign: { from: 'rule' }, Output: 'rule' }],
        Default: 'A',
        Assign: { from: 'default' },
        Output: 'default',
      },
      A: give('{% [$states.input, $from] %}'),
    },
    output: ['default', 'default'],
  },
  {
    title: 'Output and Assign of the state are not used when a rule holds',
    source: page,
    states: {
      C: {
        Type: 'Choice',
        Choices: [{ Condition: '{% true %}', Next: 'A', Assign: { rule: 1 } }],
        Default: 'A',
        Assign: { otherwise: 1 },
        Output: 'default',
      },
      A: give('{% [$states.input.in, $exists($rule), $exists($otherwise)] %}'),
    },
    input: { in: 'input' },
    output: ['input', true, false],
  },
  {
    title: 'no rule and no Default fail the execution',
    source: spec('Appendix A: States.NoChoiceMatched'),
    states: { C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }] }, A: give(1) },
    error: 'States.NoChoiceMatched',
    events: failed('ChoiceStateEntered:C'),
  },
  {
    title: 'a Parallel around it catches that no rule held',
    source: guide('Handling errors: States.NoChoiceMatched'),
    states: {
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'C',
            States: {
              C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }] },
              A: { Type: 'Pass', End: true },
            },
          },
        ],
        Catch: [{ ErrorEquals: ['States.NoChoiceMatched'], Next: 'K', Output: 'no match' }],
        End: true,
      },
      K: { Type: 'Pass', End: true },
    },
    output: 'no match',
  },
]
