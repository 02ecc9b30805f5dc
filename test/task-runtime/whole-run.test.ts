/** Any DAG, any failures: task runtime, finalizer and compiled machine together end as the trigger rules say. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FailTask, getContext, SkipTask } from '../../dag-compiler/define.ts'
import type { DagDefinition } from '../../dag-compiler/index.ts'
import { inferStatuses, runVerdict, type StatusEntry, type TaskInstance, triggerRules } from '../../run-model/index.ts'
import { definitionOf, type Edge, type Specs } from '../compiler/support/definitions.ts'
import { startMs, wiringOf } from './support/scene.ts'
import { type Fault, type Handler, runWhole } from './support/whole-run.ts'

/** What a task does whenever it runs, and what happens to its first invocation. */
interface Fate {
  readonly does: 'succeeds' | 'skips' | 'fails' | 'gives up' | 'needs every retry'
  readonly retries: number
  readonly first: Fault | null
  readonly seconds: number
}

const fate: fc.Arbitrary<Fate> = fc.record({
  does: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fate['does']>('succeeds') },
    { weight: 4, arbitrary: fc.constantFrom<Fate['does'][]>('skips', 'fails', 'gives up', 'needs every retry') },
  ),
  retries: fc.integer({ min: 0, max: 2 }),
  first: fc.oneof(
    { weight: 7, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: fc.constantFrom<Fault[]>('crash', 'diesBeforeGates', 'lostAnswer') },
  ),
  seconds: fc.constantFrom(0, 0, 2, 5),
})

const rule = fc.oneof(
  { weight: 3, arbitrary: fc.constant('all_success' as const) },
  { weight: 2, arbitrary: fc.constantFrom('one_success' as const, 'one_failed', 'one_done') },
  { weight: 2, arbitrary: fc.constantFrom(...triggerRules) },
)

const numRuns = Number(process.env.STEPDAG_RUNS ?? 40)

interface Case {
  readonly definition: DagDefinition
  readonly fates: ReadonlyMap<string, Fate>
}

const anyCase: fc.Arbitrary<Case> = fc.noBias(fc.integer({ min: 2, max: 10 })).chain((size) => {
  const ids = Array.from({ length: size }, (_, n) => `t${n}`)
  const pairs = ids.flatMap((from, n) => ids.slice(n + 1).map((to): Edge => [from, to]))
  return fc
    .record({
      // Unbiased: fast-check prefers extremes, and graphs with all edges or none need no gates.
      chosen: fc.array(fc.noBias(fc.nat(99)), { minLength: pairs.length, maxLength: pairs.length }),
      percent: fc.noBias(fc.integer({ min: 10, max: 50 })),
      fates: fc.array(fate, { minLength: size, maxLength: size }),
      rules: fc.array(rule, { minLength: size, maxLength: size }),
    })
    .map(({ chosen, percent, fates, rules }) => {
      const specs: Specs = Object.fromEntries(
        ids.map((id, n) => [id, { retries: fates[n]!.retries, retryDelay: 1, triggerRule: rules[n]! }]),
      )
      const edges = pairs.filter((_, n) => chosen[n]! < percent)
      const definition = definitionOf(edges, ids, specs)
      return {
        definition: { ...definition, tasks: definition.tasks.map((task) => ({ ...task, operator: 'task' as const })) },
        fates: new Map(ids.map((id, n) => [id, fates[n]!])),
      }
    })
})

/** The status of every task from rules and fates alone, without any machine. */
function expectedStatuses({ definition, fates }: Case): Readonly<Record<string, StatusEntry>> {
  const wiring = uncompiled({ definition })
  // `inferStatuses` calls a task that runs and has no status "failed"; so ask it once per task, in topological order.
  const known: Record<string, StatusEntry> = {}
  for (const { taskId } of definition.tasks) {
    const decided = inferStatuses(wiring, known)[taskId]!
    known[taskId] = decided === 'failed' ? endOf(fates.get(taskId)!) : decided
  }
  return known
}

/** The DAG as the rules see it, without what a compiler makes of it. */
function uncompiled({ definition }: Pick<Case, 'definition'>) {
  const upstreamsOf = (id: string) => definition.edges.filter(([, to]) => to === id).map(([from]) => from)
  return wiringOf({
    tasks: Object.fromEntries(
      definition.tasks.map(({ taskId, spec }) => [
        taskId,
        { upstreams: upstreamsOf(taskId), triggerRule: spec.triggerRule },
      ]),
    ),
  })
}

/** A crash uses up one retry of Step Functions; a lost answer is repeated by the infrastructure and costs nothing. */
function endOf({ does, retries, first }: Fate): StatusEntry {
  const calls = retries + 1 - (first === 'crash' ? 1 : 0)
  if (calls === 0 || does === 'fails' || does === 'gives up') return 'failed'
  if (does === 'needs every retry') return calls > retries ? 'success' : 'failed'
  return does === 'skips' ? 'skipped' : 'success'
}

function handlerOf({ fates }: Case, succeeded: string[]): Handler {
  return async (taskId, sleep) => {
    const { does, retries, seconds } = fates.get(taskId)!
    if (seconds > 0) await sleep(seconds)
    if (does === 'fails' || (does === 'needs every retry' && getContext().tryNumber <= retries)) throw new Error('no')
    if (does === 'skips') throw new SkipTask('nothing to do')
    if (does === 'gives up') throw new FailTask('enough')
    succeeded.push(taskId)
    return taskId
  }
}

/** Tasks whose first try began before an upstream had succeeded; when others ended may be recorded later. */
function firedEarly({ definition }: Case, records: readonly TaskInstance[]): readonly string[] {
  const ofTask = new Map(records.map((record) => [record.taskId, record]))
  const early = definition.edges.filter(([from, to]) => {
    const started = ofTask.get(to)?.tries[0]?.startDate
    const upstream = ofTask.get(from)
    return started !== undefined && upstream?.state === 'success' && started < (upstream.endDate ?? '')
  })
  return [...new Set(early.map(([, to]) => to))]
}

test('a task of an early rule runs while its sibling does, one that is always run starts with the run', async () => {
  const specs: Specs = {
    early: { triggerRule: 'one_success' },
    alert: { triggerRule: 'one_failed' },
    at_once: { triggerRule: 'always' },
  }
  const edges = ['early', 'alert', 'at_once'].flatMap((to) => ['quick', 'bad', 'slow'].map((from): Edge => [from, to]))
  const definition = definitionOf([...edges, ['early', 'behind']], [], specs)
  const seconds: Readonly<Record<string, number>> = { quick: 10, bad: 20, slow: 300 }
  const handler: Handler = async (taskId, sleep) => {
    if (seconds[taskId]) await sleep(seconds[taskId])
    if (taskId === 'bad') throw new Error('no')
  }
  const tasks = definition.tasks.map((task) => ({ ...task, operator: 'task' as const }))
  const { records, run, seconds: runSeconds } = await runWhole({ ...definition, tasks }, handler)
  const startOf = (taskId: string) => {
    const started = records.find((record) => record.taskId === taskId)?.startDate
    return (Date.parse(started ?? '') - startMs) / 1000
  }
  expect(Object.fromEntries(['early', 'behind', 'alert', 'at_once'].map((id) => [id, startOf(id)]))).toEqual({
    early: 10,
    behind: 10,
    alert: 20,
    at_once: 0,
  })
  expect(runSeconds).toBe(300)
  expect(run).toMatchObject({ state: 'success' })
})

test('any run ends with the states and the verdict of the trigger rules, whatever fails, crashes or is lost', async () => {
  let [withGates, early] = [0, 0]
  await fc.assert(
    fc.asyncProperty(anyCase, async (one) => {
      const succeeded: string[] = []
      const faultOf = (taskId: string, invocation: number) => (invocation === 1 ? one.fates.get(taskId)!.first : null)
      const { records, run, status, seconds, dag } = await runWhole(one.definition, handlerOf(one, succeeded), faultOf)
      const expected = expectedStatuses(one)
      expect(Object.fromEntries(records.map(({ taskId, state }) => [taskId, state]))).toEqual(expected)
      expect([...succeeded].sort()).toEqual(
        Object.keys(expected)
          .filter((id) => expected[id] === 'success')
          .sort(),
      )
      const verdict = runVerdict(uncompiled(one), expected).state
      expect(run).toMatchObject({ state: verdict })
      expect(status).toBe(verdict === 'success' ? 'SUCCEEDED' : 'FAILED')
      // A gate that missed its release would wait an hour for its next try.
      expect(seconds).toBeLessThan(3_000)
      withGates += dag.numbers.gates > 0 ? 1 : 0
      const isEarly = (taskId: string) =>
        ['one_success', 'one_failed', 'one_done', 'always'].includes(
          one.definition.tasks.find((task) => task.taskId === taskId)!.spec.triggerRule,
        )
      const fired = firedEarly(one, records)
      expect(fired.filter((taskId) => !isEarly(taskId))).toEqual([])
      early += fired.length
    }),
    // A run that is stuck takes long to fail; making it smaller would take many times longer.
    { seed: 20260301, numRuns, endOnFailure: true },
  )
  expect(withGates).toBeGreaterThan(numRuns / 4)
  expect(early).toBeGreaterThan(numRuns / 8)
}, 120_000)
