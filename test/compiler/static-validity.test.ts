/** Every emitted definition is one that Step Functions accepts, as far as that can be told without AWS. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DagDefinition } from '../../dag-compiler/index.ts'
import { compiled, compiledFrom, definitionOf, type Edge } from './support/definitions.ts'
import { randomRun } from './support/random-dags.ts'
import { aslFaults, textFaults } from './support/statically-valid.ts'

const golden = join(import.meta.dirname, '../golden')
const cases = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory())

it.each(cases.map(({ name }) => name))('the machine of golden case %s is valid', (name) => {
  const text = readFileSync(join(golden, name, 'asl.json'), 'utf8')
  expect([...aslFaults(text), ...textFaults(text)]).toEqual([])
})

const drawn = fc.sample(randomRun(40, 40), { numRuns: 100, seed: 20_261_124 }).map(({ definition }) => definition)

it('every expression and every name in machines of random DAGs is accepted', () => {
  for (const definition of drawn) expect(textFaults(compiled(definition).definitionText)).toEqual([])
})

it('the machine of thirty random DAGs side by side is valid', () => {
  expect(aslFaults(compiled(sideBySide(drawn.slice(0, 30))).definitionText)).toEqual([])
})

describe('the checks themselves', () => {
  const text = compiledFrom('a>c a>d b>d').definitionText

  it.each([
    ['a state that leads nowhere', aslFaults, '"Next":"d"', '"Next":"e"'],
    ['a state without its resource', aslFaults, '"Resource":', '"Resources":'],
    ['an expression that does not parse', textFaults, '}]) %}', '}] %}'],
    ['an expression that AWS refuses', textFaults, '{% $states.input %}', '{% $states.input ?? 1 %}'],
    ['a state name with 81 characters', textFaults, '"end:a"', `"${'x'.repeat(81)}"`],
    ['a name that two states have', textFaults, '"end:a"', '"d"'],
  ])('notice %s', (_, faults, from, to) => {
    expect(text).toContain(from)
    expect(faults(text.replaceAll(from, to))).not.toEqual([])
  })
})

/** One DAG of all of them, for one call of a slow tool. */
function sideBySide(definitions: readonly DagDefinition[]): DagDefinition {
  const prefixed = (index: number, taskId: string) => `g${index}-${taskId}`
  return definitionOf(
    definitions.flatMap(({ edges }, i) => edges.map(([from, to]): Edge => [prefixed(i, from), prefixed(i, to)])),
    definitions.flatMap(({ tasks }, i) => tasks.map(({ taskId }) => prefixed(i, taskId))),
    Object.fromEntries(
      definitions.flatMap(({ tasks }, i) => tasks.map(({ taskId, spec }) => [prefixed(i, taskId), spec])),
    ),
  )
}
