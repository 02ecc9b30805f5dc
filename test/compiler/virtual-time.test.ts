/** The proof: machines of random DAGs, run in virtual time, do what semantics.md says, at the earliest possible time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DagDefinition } from '../../dag-compiler/index.ts'
import { compiled } from './support/definitions.ts'
import { describeRun } from './support/describe-run.ts'
import { differencesFrom, play } from './support/play.ts'
import { randomRun } from './support/random-dags.ts'
import { expectedRun, type RunOutcome } from './support/reference.ts'

/** `npm run test:property` asks for more, with a seed of its own. */
const numRuns = Number(process.env.STEPDAG_PROPERTY_RUNS ?? 500)
const seed = Number(process.env.STEPDAG_SEED ?? 20_261_124)

describe('a random DAG', () => {
  it(
    'ends with the states, tries, start times and verdict of the reference, whatever its tasks do',
    async () => {
      let early = 0
      await fc.assert(
        fc.asyncProperty(randomRun(40, 40), async (run) => {
          const { definition, scenario } = run
          const expected = expectedRun(definition, scenario)
          const found = differencesFrom(expected, await play(compiled(definition), scenario))
          expect(found.length, `${found.join('; ')}\n${describeRun(run)}`).toBe(0)
          early += startedEarly(definition, expected)
        }),
        { numRuns, seed },
      )
      expect(early).toBeGreaterThan(numRuns / 2)
    },
    300_000 + numRuns * 300,
  )

  it('costs exactly the transitions of its plan when all tasks succeed, and no more events', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun(40, 0), async ({ definition, scenario }) => {
        const dag = compiled(definition)
        const run = await play(dag, scenario)
        expect(differencesFrom(expectedRun(definition, scenario), run)).toEqual([])
        expect(run.transitions).toBe(dag.numbers.transitions)
        expect(run.events).toBeLessThanOrEqual(dag.numbers.events)
      }),
      { numRuns: 200, seed: 20_261_124 },
    )
  }, 300_000)
})

/** Tasks that must start while an upstream still runs: without them the property would say nothing about early rules. */
function startedEarly({ edges }: DagDefinition, { tasks }: RunOutcome): number {
  const early = edges.filter(([from, to]) => {
    const start = tasks.get(to)!.startSeconds
    return start !== null && start > 0 && start < tasks.get(from)!.endSeconds
  })
  return new Set(early.map(([, to]) => to)).size
}
