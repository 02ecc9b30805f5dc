/**
 * The proof for what waits, what stops and what is mapped together: random DAGs with sensors, people and work outside, runs that
 * drain or fail fast, and mapped groups, on the engine and runtime that ship, do what the reference says, as early as possible.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compiled } from './support/definitions.ts'
import { describeRun, reportCase } from './support/describe-run.ts'
import { differencesFrom, play } from './support/play.ts'
import { randomGroups } from './support/random-groups.ts'
import { randomStops, randomWaits } from './support/random-waits.ts'
import { expectedStop } from './support/reference-failures.ts'

/** `npm run test:property` asks for more, with a seed of its own. */
const numRuns = Math.ceil(Number(process.env.STEPDAG_PROPERTY_RUNS ?? 800) / 8)
const seed = Number(process.env.STEPDAG_SEED ?? 20_261_124)

it.each([
  ['with waits', randomWaits(24, 32)],
  ['that a failure stops', randomStops(24, 12)],
  ['with a mapped group', randomGroups(24, 32)],
] as const)('a random DAG %s ends as the reference says', { timeout: 300_000 + numRuns * 400 }, async (_, runs) => {
  const check = fc.asyncProperty(runs, async (run) => {
    const expected = expectedStop(run.definition, run.scenario)
    fc.pre(expected !== null)
    const found = differencesFrom(expected!, await play(compiled(run.definition), run.scenario))
    expect(found.length, `${found.join('; ')}\n${describeRun(run)}`).toBe(0)
  })
  await fc.assert(check, { numRuns, seed, reporter: reportCase })
})
