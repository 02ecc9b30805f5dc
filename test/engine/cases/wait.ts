import { end, expectLasts, failed, give, guide, jsonPath, passed, spec, succeeded, waited } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const source = spec('Wait State')

export const waitCases: readonly EngineCase[] = [
  {
    title: 'Wait hands its input on after its seconds',
    source,
    states: { W: { Type: 'Wait', Seconds: 30, ...end } },
    input: { a: 1 },
    output: { a: 1 },
    events: succeeded(waited('W')),
    check: ({ history }) => expectLasts(history, 30_000),
  },
  {
    title: 'Seconds of 0 do not wait',
    source,
    states: { W: { Type: 'Wait', Seconds: 0, Next: 'A' }, A: give('now') },
    output: 'now',
    events: succeeded(waited('W'), passed('A')),
    check: ({ history }) => expectLasts(history, 0),
  },
  {
    title: 'waits add up one after the other',
    source,
    states: { A: { Type: 'Wait', Seconds: 60, Next: 'B' }, B: { Type: 'Wait', Seconds: 3600, ...end } },
    events: succeeded(waited('A'), waited('B')),
    check: ({ history }) => expectLasts(history, 3_660_000),
  },
  {
    title: 'a Timestamp may come from an expression',
    source: guide('Wait workflow state'),
    states: { W: { Type: 'Wait', Timestamp: '{% $states.input.at %}', ...end } },
    input: { at: '2026-01-05T10:00:20Z' },
    check: ({ history }) => expectLasts(history, 20_000),
  },
  {
    title: 'a Timestamp may be counted from the time the state was entered',
    source: guide('Accessing execution data from the Context object'),
    states: {
      W: {
        Type: 'Wait',
        Timestamp: '{% $fromMillis($toMillis($states.context.State.EnteredTime) + 90000) %}',
        ...end,
      },
    },
    check: ({ history }) => expectLasts(history, 90_000),
  },
  {
    title: 'a Timestamp with an offset means that instant',
    source: `${source}: RFC 3339`,
    states: { W: { Type: 'Wait', Timestamp: '2026-01-05T05:01:00-05:00', ...end } },
    check: ({ history }) => expectLasts(history, 60_000),
  },
  {
    title: 'a Timestamp without an offset is refused when it is evaluated',
    source: `${source}: RFC 3339 with an offset`,
    states: { W: { Type: 'Wait', Timestamp: '{% $states.input.at %}', ...end } },
    input: { at: '2026-01-05T10:00:20' },
    error: 'States.QueryEvaluationError',
  },
  {
    title: 'Seconds that are a text fail the state and say which type was expected',
    source: guide('Handling errors: States.QueryEvaluationError'),
    states: { W: { Type: 'Wait', Seconds: '{% "5" %}', ...end } },
    error: 'States.QueryEvaluationError',
    cause: /specified for the field 'Seconds' returned an unexpected result type\. Expected 'number', but was 'string'/,
    events: failed('WaitStateEntered:W', 'EvaluationFailed'),
  },
  {
    title: 'Output and Assign of a Wait are evaluated when it ends',
    source: guide('Wait workflow state'),
    states: {
      W: { Type: 'Wait', Seconds: 5, Assign: { seen: '{% $states.input.n %}' }, Output: 'rested', Next: 'A' },
      A: give('{% $states.input & " " & $seen %}'),
    },
    input: { n: 'twice' },
    output: 'rested twice',
  },
  {
    title: 'SecondsPath reads how long to wait',
    source,
    machine: jsonPath,
    states: { W: { Type: 'Wait', SecondsPath: '$.pause', ...end } },
    input: { pause: 12 },
    output: { pause: 12 },
    check: ({ history }) => expectLasts(history, 12_000),
  },
  {
    title: 'TimestampPath reads until when to wait',
    source,
    machine: jsonPath,
    states: { W: { Type: 'Wait', TimestampPath: '$.until', ...end } },
    input: { until: '2026-01-05T10:02:00Z' },
    check: ({ history }) => expectLasts(history, 120_000),
  },
  {
    title: 'branches wait side by side',
    source: spec('Parallel State'),
    states: {
      P: {
        Type: 'Parallel',
        Branches: [10, 50, 20].map((Seconds, index) => ({
          StartAt: `W${index}`,
          States: { [`W${index}`]: { Type: 'Wait', Seconds, End: true } },
        })),
        ...end,
      },
    },
    check: ({ history }) => expectLasts(history, 50_000),
  },
]
