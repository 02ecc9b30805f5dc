/**
 * Kills at random boundaries, whatever the execution is doing: after the restarts it has ended as it would have without, on
 * time, and nothing that had succeeded was done again.
 */
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { killWorld, type Scenario, scenarios } from './kill-scenarios.ts'
import { type CrashedRun, downtimeMs, runWithCrashes } from './lifetimes.ts'
import type { Boundary } from './mortal-disk.ts'

const seed = 20261124
/** By 11 scenarios: more than 200. */
const runsPerScenario = 24
/** A call that was in flight is made again after its retrier's interval. */
const setbackMs = 1000

const met = { runs: 0, kills: new Map<Boundary, number>() }

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  it('ends as without a kill, with no success repeated, wherever it is killed', async () => {
    const calm = await calmly(scenario)
    expect(calm.run.status).toBe('SUCCEEDED')
    const place = fc.nat({ max: calm.run.passed - 1 })
    const torn = fc.double({ min: 0, max: 0.999, noNaN: true })
    const plans = fc.sample(fc.tuple(place, fc.array(place, { maxLength: 2 }), torn), {
      seed,
      numRuns: runsPerScenario,
    })
    for (const [first, others, part] of plans) {
      const { run, world } = await killedAt(scenario, [first, ...others], part)
      const where = `killed after ${[first, ...others]} boundaries, at ${run.kills}`
      expect({ where, status: run.status, error: run.error, output: run.output }).toEqual({
        where,
        status: 'SUCCEEDED',
        error: null,
        output: calm.run.output,
      })
      expect({ where, effects: [...world.effects].sort() }).toEqual({ where, effects: calm.effects })
      expect({ where, repeated: world.repeated }).toEqual({ where, repeated: [] })
      expect(run.children.map(({ status }) => status)).toEqual(Array(scenario.children ?? 0).fill('SUCCEEDED'))
      expect(run.changes.at(-1)).toMatchObject({ status: 'SUCCEEDED' })
      expect(run.lasted).toBeLessThanOrEqual(
        calm.run.lasted + run.kills.length * (downtimeMs + (scenario.setbackMs ?? setbackMs)),
      )
      expectWellFormed(run)
      count(run)
    }
  }, 60_000)
})

afterAll(() => {
  // A filtered run of this file has no say in what the whole of it covers.
  if (met.runs < runsPerScenario * Object.keys(scenarios).length) return
  expect(met.runs).toBeGreaterThanOrEqual(200)
  const all: Boundary[] = ['announcement', 'answer', 'append', 'call', 'overwrite', 'replace', 'timer', 'token']
  expect([...met.kills.keys()].sort()).toEqual(all)
})

async function calmly(scenario: Scenario) {
  const { run, world } = await killedAt(scenario, [], 0)
  return { run, effects: [...world.effects].sort() }
}

async function killedAt(scenario: Scenario, boundariesBeforeKill: readonly number[], torn: number) {
  const world = killWorld(scenario)
  const run = await runWithCrashes({ ...world.plan, boundariesBeforeKill, torn })
  return { run, world }
}

function count({ kills }: CrashedRun): void {
  met.runs += 1
  for (const kill of kills) met.kills.set(kill, (met.kills.get(kill) ?? 0) + 1)
}

/** History ids have no gap, every event follows an earlier one, and there is one end. */
function expectWellFormed({ entries }: CrashedRun): void {
  const events = entries.filter((entry) => entry.id > 0)
  expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1))
  for (const event of events) expect(event.previousId).toBeLessThan(event.id)
  expect(events.filter((event) => /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(event.type))).toHaveLength(1)
}
