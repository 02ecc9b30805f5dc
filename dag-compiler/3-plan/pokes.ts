/** How often a sensor asks at most: until its timeout is over, and some spare, because the wrapper is who ends it (§10). */
import type { OperatorDefinition } from '../1-define/dag-definition.ts'

export type SensorOptions = Extract<OperatorDefinition, { kind: 'sensor' }>

/** Lambda starts late, clocks differ: the machine must not give up before the wrapper does. */
const spare = 10

/** @returns repeats after the first poke; with backoff the intervals grow up to the longest, so there are fewer */
export function mostPokes({ pokeInterval, timeout, backoff, maxPokeInterval }: SensorOptions): number {
  let interval = Math.min(Math.max(1, Math.ceil(pokeInterval)), maxPokeInterval ?? Number.POSITIVE_INFINITY)
  const longest = maxPokeInterval ?? Number.POSITIVE_INFINITY
  let [pokes, elapsed] = [0, 0]
  while (elapsed < timeout && backoff > 1 && interval < longest) {
    elapsed += interval
    interval = Math.min(interval * backoff, longest)
    pokes += 1
  }
  return pokes + Math.max(0, Math.ceil((timeout - elapsed) / interval)) + spare
}
