/** Names of the states in front of a service call. The call itself is called by its key, as every task. */
import type { ServiceFacts } from '../../3-plan/loads.ts'

/** Name of the state that begins the step. */
export const serviceEntry = (key: string, facts: ServiceFacts): string => statesBefore(key, facts)[0] ?? key

/** Whether something may keep the task from running. */
export const isGuarded = ({ guard, looksAtRun }: ServiceFacts): boolean => guard.length > 0 || looksAtRun

/** In the order in which they are entered: loads, the look at the run, then the guard. */
export function statesBefore(key: string, facts: ServiceFacts): readonly string[] {
  const loads = facts.loads.map((_, at) => (at === 0 ? `load:${key}` : `load:${key}:${at + 1}`))
  const look = facts.looksAtRun ? [lookName(key)] : []
  return isGuarded(facts) ? [...loads, ...look, `guard:${key}`] : loads
}

export const lookName = (key: string): string => `run:${key}`
