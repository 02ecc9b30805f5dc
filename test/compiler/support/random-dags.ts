/** Random DAGs and random fates of their tasks, for property tests. */
import fc from 'fast-check'
import type { DagDefinition, TaskSpecValue } from '../../../dag-compiler/index.ts'
import { triggerRules } from '../../../run-model/index.ts'
import { definitionOf, type Edge } from './definitions.ts'
import type { Behaviour, Scenario, TryOutcome } from './scenario.ts'

export interface RandomRun {
  readonly definition: DagDefinition
  readonly scenario: Scenario
}

const outcome = (ill: number): fc.Arbitrary<TryOutcome> =>
  fc.oneof(
    { weight: 100 - ill, arbitrary: fc.constant('success' as const) },
    { weight: ill / 4, arbitrary: fc.constantFrom<TryOutcome[]>('skipped', 'FailTask') },
    { weight: ill / 2, arbitrary: fc.constantFrom<TryOutcome[]>('failed', 'crash') },
  )

const behaviour = (ill: number): fc.Arbitrary<Behaviour> =>
  fc.record({
    outcomes: fc.array(outcome(ill), { minLength: 1, maxLength: 4 }),
    seconds: fc.integer({ min: 1, max: 40 }),
    answerIsLost: ill === 0 ? fc.constant(false) : fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()),
  })

const spec: fc.Arbitrary<Partial<TaskSpecValue>> = fc.record({
  triggerRule: fc.oneof(
    { weight: 3, arbitrary: fc.constant('all_success' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...triggerRules) },
    { weight: 2, arbitrary: fc.constantFrom('one_success', 'one_failed', 'one_done', 'always') },
  ),
  retries: fc.constantFrom(0, 0, 0, 1, 2, 3),
  retryDelay: fc.constantFrom(1, 3, 20),
  retryExponentialBackoff: fc.constantFrom(0, 1, 2, 3),
  maxRetryDelay: fc.constantFrom(2, 30, 86_400),
})

/** Edges from `u` to one of the next `span` tasks: a small span makes deep graphs, a large one wide graphs. */
const edges = (size: number): fc.Arbitrary<Edge[]> =>
  fc.noBias(fc.tuple(fc.integer({ min: 1, max: size }), fc.integer({ min: 0, max: 50 }))).chain(([span, tenths]) =>
    fc
      .array(fc.noBias(fc.tuple(fc.nat(size - 1), fc.integer({ min: 1, max: span }))), {
        minLength: Math.floor((size * tenths) / 20),
        maxLength: Math.floor((size * tenths) / 10),
      })
      .map((pairs) =>
        pairs.flatMap(([from, step]): Edge[] => (from + step < size ? [[id(from), id(from + step)]] : [])),
      ),
  )

/** Ids that are names of other things too: a state of the machine, members of every JavaScript object. */
const id = (index: number): string =>
  ['finalize', 'constructor', 'tâche', 'x'.repeat(70), '10', '2', '__proto__'][index - 7] ?? `t${index}`

/** @param ill per cent of tries that do not simply succeed */
export function randomRun(largest: number, ill: number): fc.Arbitrary<RandomRun> {
  // Unbiased: fast-check prefers extremes, and most small graphs have no task with two upstreams.
  return fc.noBias(fc.integer({ min: 1, max: largest })).chain((size) =>
    fc
      .record({
        edges: edges(size),
        specs: fc.array(spec, { minLength: size, maxLength: size }),
        behaviours: fc.array(behaviour(ill), { minLength: size, maxLength: size }),
        order: fc.shuffledSubarray(
          Array.from({ length: size }, (_, i) => id(i)),
          { minLength: size, maxLength: size },
        ),
      })
      .map((drawn) => ({
        definition: definitionOf(
          distinct(drawn.edges),
          drawn.order,
          Object.fromEntries(drawn.specs.map((each, i) => [id(i), each])),
        ),
        scenario: new Map(drawn.behaviours.map((each, i) => [id(i), each])),
      })),
  )
}

const distinct = (list: readonly Edge[]): Edge[] => [...new Map(list.map((edge) => [edge.join('>'), edge])).values()]
