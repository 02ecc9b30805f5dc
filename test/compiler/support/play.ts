/** A random run in virtual time beside the reference: what differs, in words. */
import type { CompiledDag } from '../../../dag-compiler/index.ts'
import { type Outcome, type SimulateOptions, type Simulation, simulate } from '../../../local/virtual/index.ts'
import type { RunOutcome } from './reference.ts'
import type { Behaviour, Scenario, TryOutcome } from './scenario.ts'

type Faults = NonNullable<SimulateOptions['faults']>
type Outcomes = NonNullable<SimulateOptions['outcomes']>

export function play(
  dag: CompiledDag,
  scenario: Scenario,
  faults: Faults = lostAnswersOf(scenario),
): Promise<Simulation> {
  const entries = [...scenario]
  const mapped = entries.flatMap(([id, { length }]) => (length === undefined ? [] : [[id, length] as const]))
  return simulate(dag, {
    outcomes: Object.fromEntries(entries.map(([id, behaviour]) => [id, outcomesOf(behaviour)])),
    durations: Object.fromEntries(
      entries.map(([id, { seconds, each }]) => [id, each ? { each: each.map((one) => one.seconds) } : seconds]),
    ),
    mapped: Object.fromEntries(mapped),
    faults,
  })
}

/** The first call that ends a task well dies after its record is written; the next one finds it, and tells the gates. */
function lostAnswersOf(scenario: Scenario): Faults {
  const callOf = ({ outcomes }: Behaviour) => {
    const at = outcomes.findIndex((one) => one === 'success' || one === 'skipped')
    return at < 0 ? outcomes.length + 1 : at + 1
  }
  return {
    ofCall: (taskKey, call) => {
      const behaviour = scenario.get(taskKey)
      return behaviour?.answerIsLost && call === callOf(behaviour) ? 'diesBeforeGates' : null
    },
  }
}

function outcomesOf({ outcomes, each, returns }: Behaviour): Outcomes[string] {
  if (each) return { each: each.map((one) => one.outcomes.map(played)) }
  if (returns === undefined) return outcomes.map(played)
  // A list of tries ends in plain success: the choice has to be there however many tries come before it.
  const tries = outcomes.map((one) => (one === 'success' ? { returns } : played(one)))
  return [...tries, ...Array.from({ length: 9 }, () => ({ returns }))]
}

function played(outcome: TryOutcome): Outcome {
  if (outcome === 'notReady') return { returns: false }
  return outcome === 'FailTask' || outcome === 'crash' ? { throws: outcome } : outcome
}

/** Empty when the run did what it must. */
export function differencesFrom(expected: RunOutcome, run: Simulation): string[] {
  const found: string[] = []
  const compare = (what: string, actual: unknown, wanted: unknown) => {
    if (actual !== wanted) found.push(`${what}: ${String(actual)} instead of ${String(wanted)}`)
  }
  compare('verdict', run.state, expected.verdict)
  compare('makespan', run.makespan, expected.endSeconds)
  compare('number of tasks', Object.keys(run.tasks).length, expected.tasks.size)
  for (const [id, { status, tries, startSeconds, instances }] of expected.tasks) {
    const task = Object.hasOwn(run.tasks, id) ? run.tasks[id] : undefined
    compare(`state of ${id}`, task?.state, status)
    compare(`tries of ${id}`, task?.tries, tries)
    compare(`start of ${id}`, task?.start, startSeconds)
    // An instance that never ran has a record of its own only where it was called.
    const isWhole = instances.length === task?.instances?.length
    const done = (task?.instances ?? []).filter(({ tries }) => isWhole || tries > 0)
    const wanted = instances.filter((one) => isWhole || one.tries > 0)
    for (const [i, one] of done.entries()) compare(`state of ${id}[${i}]`, one.state, wanted[i]?.status)
  }
  return found
}
