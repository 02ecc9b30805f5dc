/** Expressions cannot stop the process, and take time and chance from the engine. Source: issue 4; `dev` is AWS's developer guide. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundedRegex } from '../../local/step-functions/jsonata/bounded-regex.ts'
import { compileExpression } from '../../local/step-functions/jsonata/expression.ts'

const atMs = Date.parse('2026-01-05T10:00:00Z')
const evaluate = async (text: string, states: unknown = {}) =>
  compileExpression(text, { random: () => 0.25, now: () => atMs }).evaluate({ states })

describe('an expression', () => {
  it.each([
    ['$match($states.text, /^(a+)+$/)', 'a pattern that backtracks for ever'],
    ['$contains($states.long, /a*a*a*a*b/)', 'a pattern that is slow on long texts'],
    ['($f := function(){$f()}; $f())', 'endless recursion'],
    ['($f := function($n){$f($n + 1) + 1}; $f(0))', 'deep recursion'],
    ['[1..10000000]', 'a long range'],
  ])('%s is given up: %s', async (text) => {
    const states = { text: `${'a'.repeat(40)}b`, long: 'a'.repeat(20_000) }
    await expect(evaluate(text, states)).rejects.toThrow(
      /^threw an error during evaluation\. (D1011|D1012|D2014|D2015)/,
    )
  })

  it.each([
    ["$pad('', 9000000, 'ab')", 'a text too long for any payload'],
    ["$reduce([1..60], function($s, $i){$s & $s}, 'ab')", 'a text that doubles'],
    ['$reduce([1..20000], function($a, $i){[[$a]]})', 'arrays nested without end'],
  ])('%s fails: %s', async (text) => {
    await expect(evaluate(text)).rejects.toThrow(/^threw an error during evaluation\./)
  })

  it('tells the time of the engine, formatted as asked', async () => {
    expect(await evaluate('$millis()')).toBe(atMs)
    expect(await evaluate('$now()')).toBe('2026-01-05T10:00:00.000Z')
    expect(await evaluate("$now('[Y0001]/[M01]/[D01] [H01]', '+0100')")).toBe('2026/01/05 11')
  })

  it('draws from the engine', async () => {
    expect(await evaluate('$random()')).toBe(0.25)
  })

  it('does not have $eval, and an unknown function is an error', async () => {
    await expect(evaluate("$eval('1')")).rejects.toThrow(/\$eval is not available/)
    await expect(evaluate('$nope()')).rejects.toThrow(/T1006/)
  })
})

describe('a bounded pattern', () => {
  const Bounded = boundedRegex(500, () => new Error('given up'))
  const patterns = ['a+', '(ab)*c', '[a-c]{2,}', 'a|b', '(a)(b)?', '\\*a', '[*+]+']

  it('finds what RegExp finds, one match after the other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...patterns), fc.stringMatching(/^[abc*+]{0,12}$/), (source, text) => {
        const plain = new RegExp(source, 'g')
        const bounded = new Bounded(new RegExp(source, 'g'))
        for (let turn = 0; turn < 5; turn++) {
          const [expected, found] = [plain.exec(text), bounded.exec(text)]
          expect(found && { at: found.index, groups: [...found] }).toEqual(
            expected && { at: expected.index, groups: [...expected] },
          )
          expect(bounded.lastIndex).toBe(plain.lastIndex)
        }
      }),
      { seed: 7, numRuns: 100 },
    )
  })
})
