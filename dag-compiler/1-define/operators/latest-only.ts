/** Skips direct downstreams of runs that are not the latest, so that a backlog does not repeat what only the newest needs. */
import { makeOperator, type Operator } from './operator.ts'

/** @example dag.task('only_now', latestOnly())().before(publish()) */
export const latestOnly = (): Operator<Record<never, never>, undefined> =>
  makeOperator({ define: () => ({ options: { kind: 'latest_only' } }) })
