/** A Parallel: each branch starts with a fresh frame around what is known so far, and hands back only what it added (§7.1). */
import { unchangedInput, withBranches } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { leaving, type Target } from './target.ts'

export interface Branch {
  readonly StartAt: string
  readonly States: Readonly<Record<string, AslState>>
}

/** Never with `Retry`: it would start all branches again. */
export function parallelState(branches: readonly Branch[], target: Target): AslState {
  return { Type: 'Parallel', Arguments: { '^': unchangedInput }, Branches: branches, ...leaving(target, withBranches) }
}
