/**
 * The proof for everything that decides whether a task runs: random DAGs with all rules, retries, deciders, setups, teardowns
 * and mapped tasks, on the engine and runtime that ship, do what the reference says, at the earliest possible time.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compiled } from './support/definitions.ts'
import { describeRun, reportCase } from './support/describe-run.ts'
import { differencesFrom, play } from './support/play.ts'
import { randomControlFlow } from './support/random-control-flow.ts'
import { expectedRun } from './support/reference.ts'

/** `npm run test:property` asks for more, with a seed of its own. */
const numRuns = Number(process.env.STEPDAG_PROPERTY_RUNS ?? 800)
const seed = Number(process.env.STEPDAG_SEED ?? 20_261_124)

it.each([6, 16, 40])(
  'a random DAG of up to %i tasks ends as the reference says',
  {
    timeout: 60_000 + numRuns * 200,
  },
  async (largest) => {
    const runs = randomControlFlow(largest, 40)
    const check = fc.asyncProperty(runs, async (run) => {
      const expected = expectedRun(run.definition, run.scenario)
      const found = differencesFrom(expected, await play(compiled(run.definition), run.scenario))
      expect(found.length, `${found.join('; ')}\n${describeRun(run)}`).toBe(0)
    })
    await fc.assert(check, { numRuns: Math.ceil(numRuns / (largest > 16 ? 5 : 2.5)), seed, reporter: reportCase })
  },
)
