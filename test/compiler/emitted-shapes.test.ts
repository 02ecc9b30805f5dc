/** The fast evaluation of emitted expressions says what the JSONata package says, for every expression of random DAGs. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recognise } from '../../local/step-functions/jsonata/known-shapes.ts'
import { compiled, compiledFrom } from './support/definitions.ts'
import { evaluateWithPackage } from './support/evaluate.ts'
import { randomRun } from './support/random-dags.ts'
import { expressionsOf } from './support/statically-valid.ts'

const key = fc.constantFrom('t0', 't1', 'a', 'constructor', '10', '2', 'tâche', "o'clock")
const entries = fc.dictionary(key, fc.constantFrom('success', 'failed', 'skipped'), {
  maxKeys: 5,
  noNullPrototype: true,
})
const frame = entries.map((own) => ({ ...own, '^': { '^run': { dagId: 'a', runId: 'b' } } }))
const states = fc.record({
  input: fc.oneof(frame, entries),
  result: fc.oneof(
    fc.array(frame, { minLength: 1, maxLength: 4 }),
    fc.constantFrom({ Payload: { s: 'skipped' } }, { s: 'success' }),
  ),
  context: fc.constant({ Execution: { Name: 'run-1' }, State: { RetryCount: 2 }, Task: { Token: 'token' } }),
})

describe('an emitted expression', () => {
  it('has the value that the package gives it', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun(12, 40), states, async ({ definition }, data) => {
        for (const source of new Set(expressionsOf(compiled(definition).definition))) {
          const value = recognise(source)?.(data)
          if (value !== undefined) expect(value, source).toEqual(await evaluateWithPackage(source, data))
        }
      }),
      { numRuns: 100, seed: 20_261_124 },
    )
  })

  it('is of a known shape, so that ten thousand tasks run in seconds', () => {
    const sources = expressionsOf(compiledFrom('a>c a>d b>d d>e').definition)
    expect(sources.filter((source) => !recognise(source))).toEqual([])
  })
})

it('keeps a task called __proto__ when branches are merged', () => {
  const merge = recognise('$merge([$states.input,$merge($states.result)])')!
  const frame = JSON.parse('{"__proto__":"failed"}')
  expect(JSON.stringify(merge({ input: {}, result: [frame, { a: 'success' }] }))).toBe(
    '{"__proto__":"failed","a":"success"}',
  )
})

it.each(['$states.input.a + 1', "$merge([$states.input,{'a':$uuid()}])", "'a' & 'b'", 'true'])(
  'leaves %s to the package',
  (source) => {
    expect(recognise(source)).toBeNull()
  },
)
