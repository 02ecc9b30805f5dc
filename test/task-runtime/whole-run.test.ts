/** Any DAG, any failures: task runtime, finalizer and compiled machine together end as the trigger rules say. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FailTask, getContext, SkipTask } from '../../dag-compiler/define.ts'
import type { DagDefinition } from '../../dag-compiler/index.ts'
import { inferStatuses, runVerdict, type StatusEntry } from '../../run-model/index.ts'
import { definitionOf, type Edge, type Specs } from '../compiler/support/definitions.ts'
import { wiringOf } from './support/scene.ts'
import { type Fault, runWhole } from './support/whole-run.ts'

/** What a task does whenever it runs, and what happens to its first invocation. */
interface Fate {
  readonly does: 'succeeds' | 'skips' | 'fails' | 'gives up' | 'needs every retry'
  readonly retries: number
  readonly first: Fault | null
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
})

const rules = [
  'all_success',
  'all_success',
  'all_success',
  'all_done',
  'none_failed',
  'all_failed',
  'none_skipped',
] as const

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
      rules: fc.array(fc.constantFrom(...rules), { minLength: size, maxLength: size }),
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

function handlerOf({ fates }: Case, succeeded: string[]) {
  return (taskId: string) => {
    const { does, retries } = fates.get(taskId)!
    if (does === 'fails' || (does === 'needs every retry' && getContext().tryNumber <= retries)) throw new Error('no')
    if (does === 'skips') throw new SkipTask('nothing to do')
    if (does === 'gives up') throw new FailTask('enough')
    succeeded.push(taskId)
    return taskId
  }
}

test('any run ends with the states and the verdict of the trigger rules, whatever fails, crashes or is lost', async () => {
  let withGates = 0
  await fc.assert(
    fc.asyncProperty(anyCase, async (one) => {
      const succeeded: string[] = []
      const faultOf = (taskId: string, invocation: number) => (invocation === 1 ? one.fates.get(taskId)!.first : null)
      const { store, run, status, seconds, gates } = await runWhole(one.definition, handlerOf(one, succeeded), faultOf)
      const records = await store.listTaskInstances(run)
      const expected = expectedStatuses(one)
      expect(Object.fromEntries(records.map(({ taskId, state }) => [taskId, state]))).toEqual(expected)
      expect([...succeeded].sort()).toEqual(
        Object.keys(expected)
          .filter((id) => expected[id] === 'success')
          .sort(),
      )
      const verdict = runVerdict(uncompiled(one), expected).state
      expect(await store.getRun(run)).toMatchObject({ state: verdict })
      expect(status).toBe(verdict === 'success' ? 'SUCCEEDED' : 'FAILED')
      // A gate that missed its release would wait an hour for its next try.
      expect(seconds).toBeLessThan(3_000)
      withGates += gates > 0 ? 1 : 0
    }),
    // A run that is stuck takes long to fail; making it smaller would take many times longer.
    { seed: 20260301, numRuns, endOnFailure: true },
  )
  expect(withGates).toBeGreaterThan(numRuns / 4)
}, 120_000)
