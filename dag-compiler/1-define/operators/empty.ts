/** A task without work. No Lambda runs for it. */
import { makeOperator, type Operator } from './operator.ts'

/** @example const join = dag.task('join', empty())() */
export const empty = (): Operator<Record<never, never>, undefined> =>
  makeOperator({ define: () => ({ options: { kind: 'empty' } }) })
