/** The shortcut for plain paths gives what the JSONata library gives, or stays out of the way. */
import fc from 'fast-check'
import jsonata from 'jsonata'
import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../local/step-functions/jsonata/expression.ts'
import { readPlainPath } from '../../local/step-functions/jsonata/plain-path.ts'

const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'length', 'x y', 'or')
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, -1.5, '', 'text', [] as unknown[], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value

const step = fc.tuple(name, fc.constantFrom("'", '"', '`', '')).map(([text, quote]) => `.${quote}${text}${quote}`)
const path = fc
  .tuple(fc.constantFrom('$states', '$v', '$none'), fc.array(step, { maxLength: 4 }))
  .map(([root, steps]) => root + steps.join(''))

/** The library alone, in the shape the engine uses. */
async function library(text: string, bindings: Record<string, unknown>): Promise<unknown> {
  try {
    const result: unknown = await jsonata(text).evaluate(undefined, bindings)
    return result === undefined ? undefined : JSON.parse(JSON.stringify(result))
  } catch {
    return 'failed'
  }
}

async function ours(text: string, bindings: { states: unknown }): Promise<unknown> {
  try {
    return await compileExpression(text, { random: () => 0.5, now: () => 0 }).evaluate(bindings)
  } catch {
    return 'failed'
  }
}

describe('a plain path', () => {
  it('has the value the library finds', async () => {
    const taken = { shortcuts: 0 }
    await fc.assert(
      fc.asyncProperty(path, json, json, async (text, states, v) => {
        const bindings = { states, v }
        if (readPlainPath(text)?.(bindings) !== undefined) taken.shortcuts += 1
        expect(await ours(text, bindings)).toEqual(await library(text, bindings))
      }),
      { seed: 42, numRuns: 3000 },
    )
    expect(taken.shortcuts).toBeGreaterThan(300)
  })

  it.each([
    '$a.b[0]',
    '$a.*',
    '$a.b.$c',
    '$a + 1',
    '$',
    '$$',
    '$f()',
    '$a.(b)',
    '$a.b^(c)',
    "$a.'it\\'s'",
    '$a.true',
    '$function',
  ])('%s is left to the library', (text) => {
    expect(readPlainPath(text)).toBeNull()
  })
})
