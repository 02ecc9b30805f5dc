/** A Parallel: each branch starts with a fresh frame around what is known so far, and hands back only what it added (§7.1). */
import type { Scope } from '../emission.ts'
import { expression, unchangedInput, withBranches } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { leaving, type Target } from './target.ts'

export interface Branch {
  readonly StartAt: string
  readonly States: Readonly<Record<string, AslState>>
}

/** Never with `Retry`: it would start all branches again. */
export function parallelState(scope: Scope, branches: readonly Branch[], target: Target): AslState {
  const index = scope.index === null ? {} : { '^i': expression(scope.index) }
  return {
    Type: 'Parallel',
    Arguments: { '^': unchangedInput, ...index },
    Branches: branches,
    ...leaving(scope, target, withBranches),
  }
}
