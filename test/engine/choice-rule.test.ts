/** Choice with JSONPath rules. Source: https://states-language.net/spec.html#choice-state */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harness, startHarness } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const input = { s: 'b', n: 2, t: '2026-01-01T00:00:00Z', yes: true, nothing: null, other: 'b', more: 3 }

const choose = (rule: object) =>
  harness.run(
    {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Y' }], Default: 'N' },
        Y: { Type: 'Pass', Result: true, End: true },
        N: { Type: 'Pass', Result: false, End: true },
      },
    },
    input,
  )

const variable = (name: string, comparison: object) => ({ Variable: `$.${name}`, ...comparison })

it.each([
  [variable('s', { StringEquals: 'b' }), true],
  [variable('s', { StringEqualsPath: '$.other' }), true],
  [variable('s', { StringLessThan: 'b' }), false],
  [variable('s', { StringLessThanEquals: 'b' }), true],
  [variable('s', { StringMatches: 'a*' }), false],
  [variable('t', { StringMatches: '2026*Z' }), true],
  [variable('s', { StringMatches: '\\*' }), false],
  [variable('n', { NumericGreaterThan: 1.5 }), true],
  [variable('n', { NumericLessThanPath: '$.more' }), true],
  [variable('s', { NumericEquals: 2 }), false],
  [variable('t', { TimestampEquals: '2026-01-01T01:00:00+01:00' }), true],
  [variable('t', { TimestampGreaterThanEquals: '2026-01-02T00:00:00Z' }), false],
  [variable('yes', { BooleanEquals: true }), true],
  [variable('nothing', { IsNull: true }), true],
  [variable('nothing', { IsString: false }), true],
  [variable('t', { IsTimestamp: true }), true],
  [variable('n', { IsNumeric: false }), false],
  [variable('gone', { IsPresent: false }), true],
  [variable('nothing', { IsPresent: true }), true],
  [{ And: [variable('n', { NumericEquals: 2 }), { Not: variable('s', { StringEquals: 'x' }) }] }, true],
  [{ Or: [variable('n', { NumericEquals: 3 }), variable('yes', { BooleanEquals: false })] }, false],
  [{ Not: variable('n', { IsNumeric: true }) }, false],
])('%j is %s', async (rule, output) => {
  expect(await choose(rule)).toMatchObject({ status: 'SUCCEEDED', output })
})

it('a path that leads nowhere ends the execution', async () => {
  const finished = await choose(variable('gone', { NumericEquals: 1 }))
  expect(finished).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
  expect(finished.cause).toMatch(/Invalid path '\$\.gone'/)
})

it.each([
  [{ Variable: '$.n' }, /should have only one of the following fields: .* at \/States\/C\/Choices\[0\]/],
  [
    variable('n', { NumericEquals: 1, StringEquals: 'x' }),
    /should only be one of the following fields: \[NumericEquals, StringEquals\]/,
  ],
  [{ And: [] }, /Value cannot be empty at \/States\/C\/Choices\[0\]\/And/],
  [
    variable('n', { NumericEquals: 1, Condition: '{% true %}' }),
    /field 'Condition' is only supported for the 'JSONata' QueryLanguage/,
  ],
])('%j is refused', async (rule, reason) => {
  await expect(choose(rule)).rejects.toThrow(reason)
})
