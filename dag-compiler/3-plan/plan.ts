/**
 * The value of stage 3: how the order of a graph is expressed with sequences, Parallels and token gates. A task
 * appears in exactly one step. A gate holds back what follows it in its sequence until every task in `need` is done, or,
 * with a rule, until what is known of them decides that rule.
 */
import type { EarlyRule } from '../../run-model/index.ts'

export type Plan =
  | { readonly t: 'step'; readonly id: string; readonly tasks: readonly string[]; readonly exec: 'lambda' }
  | { readonly t: 'gate'; readonly id: string; readonly need: readonly string[]; readonly rule?: EarlyRule }
  | { readonly t: 'seq'; readonly items: readonly Plan[] }
  | { readonly t: 'par'; readonly branches: readonly Plan[] }
