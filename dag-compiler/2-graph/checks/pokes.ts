/** Sensors that poke so often that their pokes alone fill the history of an execution. Phase 4 has the exact budget. */
import type { DagDefinition, OperatorDefinition } from '../../1-define/dag-definition.ts'
import { tooManyPokes } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

/** Step Functions ends an execution at 25,000 events; a poke is a scheduled, a started and a failed function. */
const historyLimit = 25_000
const eventsPerPoke = 3

export function checkPokes({ dagId: dag, tasks }: DagDefinition): readonly Problem[] {
  return tasks.flatMap(({ taskId: task, options }) => {
    if (options?.kind !== 'sensor' || options.mode === 'poke') return []
    const events = countPokes(options) * eventsPerPoke
    if (events <= historyLimit) return []
    const interval = Math.ceil((options.timeout * eventsPerPoke) / (historyLimit * comfortable))
    return [tooManyPokes({ dag, task, events, limit: historyLimit, interval })]
  })
}

/** Share of the history that the proposed interval uses. */
const comfortable = 0.5

/** Pokes until the timeout, the first at once. Counting stops where the history is full anyway. */
function countPokes({
  pokeInterval,
  timeout,
  backoff,
  maxPokeInterval,
}: Extract<OperatorDefinition, { kind: 'sensor' }>): number {
  const longest = maxPokeInterval ?? Number.POSITIVE_INFINITY
  if (backoff === 1) return Math.ceil(timeout / Math.min(pokeInterval, longest))
  let pokes = 0
  let interval = pokeInterval
  for (
    let waited = 0;
    waited < timeout && pokes * eventsPerPoke <= historyLimit;
    waited += Math.min(interval, longest)
  ) {
    if (pokes > 0) interval *= backoff
    pokes += 1
  }
  return pokes
}
