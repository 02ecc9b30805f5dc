/** Every comparison of a JSONPath Choice, on values that hold, that do not, and that are of another type. */

import { end, jsonPath, spec } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const source = spec('Choice State: comparison operators')
/** The operand, then values for which the rule holds, then values for which it does not. */
type Row = readonly [operator: string, operand: unknown, holds: readonly unknown[], fails: readonly unknown[]]

const day = '2026-03-01T00:00:00Z'
const sameDay = '2026-03-01T01:00:00+01:00'
const before = '2026-02-28T23:59:59Z'
const after = '2026-03-01T00:00:01Z'
const comparisons = [
  ['String', 'm', { less: 'a', same: 'm', more: 'z', other: [5, true, null] }],
  ['Numeric', 5, { less: -1.5, same: 5, more: 5.01, other: ['5', false] }],
  ['Timestamp', day, { less: before, same: day, more: after, other: ['yesterday', 7] }],
] as const
const relations = [
  ['Equals', ['same'], ['less', 'more']],
  ['LessThan', ['less'], ['same', 'more']],
  ['GreaterThan', ['more'], ['same', 'less']],
  ['LessThanEquals', ['less', 'same'], ['more']],
  ['GreaterThanEquals', ['more', 'same'], ['less']],
] as const

const compared: Row[] = comparisons.flatMap(([kind, operand, values]) =>
  relations.map(
    ([relation, holds, fails]): Row => [
      `${kind}${relation}`,
      operand,
      holds.map((name) => values[name]),
      [...fails.map((name) => values[name]), ...values.other],
    ],
  ),
)

const rows: readonly Row[] = [
  ...compared,
  ['BooleanEquals', false, [false], [true, 'false', 0, null]],
  ['StringMatches', 'log-*.txt', ['log-.txt', 'log-a.b.txt'], ['log.txt', 'my-log-1.txt', 3]],
  ['IsNull', true, [null], [0, '', false]],
  ['IsNull', false, [0, {}], [null]],
  ['IsBoolean', true, [true, false], ['true', 1, null]],
  ['IsNumeric', true, [0, -2.5], ['1', null]],
  ['IsString', true, ['', 'x'], [1, null, []]],
  ['IsTimestamp', true, [day, sameDay], ['2026-03-01', 20260301]],
]

export const operatorCases: readonly EngineCase[] = [
  ...rows.map(literal),
  ...compared.map(withPath),
  withPath(['BooleanEquals', true, [true], [false, 'true']]),
  ...others(),
]

/** One Map asks every value, so that one case holds the whole row. */
function literal([operator, operand, holds, fails]: Row): EngineCase {
  return asked(
    `${operator} ${JSON.stringify(operand)}`,
    { Variable: '$.value', [operator]: operand },
    operand,
    holds,
    fails,
  )
}

function withPath([operator, operand, holds, fails]: Row): EngineCase {
  const rule = { Variable: '$.value', [`${operator}Path`]: '$.operand' }
  return asked(`${operator}Path`, rule, operand, holds, fails)
}

function asked(
  what: string,
  rule: object,
  operand: unknown,
  holds: readonly unknown[],
  fails: readonly unknown[],
): EngineCase {
  const values = [...holds, ...fails]
  return {
    title: `${what} holds for ${JSON.stringify(holds)} and not for ${JSON.stringify(fails)}`,
    source,
    machine: jsonPath,
    states: { M: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: choice(rule), ...end } },
    input: { items: values.map((value) => ({ value, operand })) },
    output: [...holds.map(() => true), ...fails.map(() => false)],
  }
}

function choice(rule: object): object {
  return {
    StartAt: 'C',
    States: {
      C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Pass', Result: true, End: true },
      No: { Type: 'Pass', Result: false, End: true },
    },
  }
}

function others(): EngineCase[] {
  const over = (title: string, rule: object, items: readonly unknown[], output: readonly boolean[]): EngineCase => ({
    title,
    source,
    machine: jsonPath,
    states: { M: { Type: 'Map', ItemProcessor: choice(rule), ...end } },
    input: items,
    output,
  })
  const positive = { Variable: '$.n', NumericGreaterThan: 0 }
  const small = { Variable: '$.n', NumericLessThan: 10 }
  const numbers = [{ n: -1 }, { n: 5 }, { n: 50 }]
  return [
    over(
      'IsPresent true holds for null, and not for a missing member',
      { Variable: '$.a', IsPresent: true },
      [{ a: null }, {}],
      [true, false],
    ),
    over(
      'IsPresent false holds for a missing member',
      { Variable: '$.a.b', IsPresent: false },
      [{ a: { b: 1 } }, { a: {} }],
      [false, true],
    ),
    over('And holds when all its rules do', { And: [positive, small] }, numbers, [false, true, false]),
    over('Or holds when one of its rules does', { Or: [{ Not: positive }, { Not: small }] }, numbers, [
      true,
      false,
      true,
    ]),
    over('Not turns a rule around', { Not: positive }, numbers, [true, false, false]),
    over(
      'And, Or and Not nest',
      { Or: [{ And: [positive, { Not: small }] }, { Variable: '$.n', NumericEquals: -1 }] },
      numbers,
      [true, false, true],
    ),
    over(
      'And stops at the first rule that does not hold, so that IsPresent can guard a comparison',
      { And: [{ Variable: '$.n', IsPresent: true }, positive] },
      [{}, { n: 1 }],
      [false, true],
    ),
    over(
      'a star in StringMatches may be escaped',
      { Variable: '$', StringMatches: 'a\\*b' },
      ['a*b', 'axb'],
      [true, false],
    ),
    over(
      'a Variable may reach into a list',
      { Variable: '$.list[1]', StringEquals: 'x' },
      [{ list: ['a', 'x'] }, { list: ['x', 'a'] }],
      [true, false],
    ),
    over(
      'a Variable may be the context object',
      { Variable: '$$.Map.Item.Index', NumericEquals: 1 },
      ['a', 'b'],
      [false, true],
    ),
    {
      title: 'a Variable that leads nowhere fails the execution, and nothing catches it',
      source: spec('Choice State; Appendix A: States.Runtime'),
      machine: jsonPath,
      states: {
        P: {
          Type: 'Parallel',
          Branches: [choice({ Variable: '$.none', NumericEquals: 1 })],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'K' }],
          ...end,
        },
        K: { Type: 'Pass', ...end },
      },
      error: 'States.Runtime',
      cause: /Invalid path '\$\.none': The choice state's condition path references an invalid value\./,
    },
  ]
}
