/** Names of the states in front of a service call. The call itself is called by its key, as every task. */
import type { ServiceFacts } from '../../3-plan/loads.ts'

/** Name of the state that begins the step. */
export const serviceEntry = (key: string, facts: ServiceFacts): string => statesBefore(key, facts)[0] ?? key

/** In the order in which they are entered: loads, then the guard. */
export function statesBefore(key: string, { guard, loads }: ServiceFacts): readonly string[] {
  const names = loads.map((_, at) => (at === 0 ? `load:${key}` : `load:${key}:${at + 1}`))
  return guard.length > 0 ? [...names, `guard:${key}`] : names
}
