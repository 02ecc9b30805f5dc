/**
 * `dag.if(…).then(…).else(…)`, `dag.switch(…).case(…)`, `dag.branch(…)`, `dag.shortCircuit(…)`: a placed task decides which
 * of the tasks behind it run. Naming a branch also draws the edge from the decider to it.
 */
import { type Declarations, type OpenDecision, refuseWhenRead } from './declarations.ts'
import { describe } from './describe.ts'
import { drawEdge, endOfDag } from './draw.ts'
import { AuthoringError } from './errors.ts'
import { type End, factoryTaskId, refOf, type TaskRef } from './ref.ts'

/** A task or a group, as a side of a decision. */
export type Branch = End

/**
 * `dag.if(condition)`. It has a method `then`, but it is no promise: `await dag.if(…)` is refused.
 */
export interface IfConstruct {
  /** Runs when the condition's handler returned something truthy; otherwise it is skipped. */
  then(branch: Branch): ElseConstruct
}

export interface ElseConstruct {
  /** Runs when `then` does not. */
  else(branch: Branch): void
}

export interface SwitchConstruct {
  /** One of the tasks or groups that the handler may return. */
  case(branch: Branch): SwitchConstruct
  /** Several at once. */
  cases(branches: readonly Branch[]): SwitchConstruct
}

export function openIf(all: Declarations, decider: unknown): IfConstruct {
  const { open, ref } = openDecision(all, 'if', decider)
  const side = (name: 'then' | 'else') => (branch: unknown) => {
    if (name === 'then') refuseAwait(branch)
    const id = branchOf(all, ref, branch)
    if (id === null) return sides
    if (open[name] !== null) report(all, open, { reason: 'side-twice', side: name, branch: id })
    else open[name] = id
    return sides
  }
  const sides = Object.freeze({ then: side('then'), else: side('else') })
  return sides
}

export function openSwitch(all: Declarations, decider: unknown): SwitchConstruct {
  const { open, ref } = openDecision(all, 'switch', decider)
  const add = (branch: unknown) => {
    const id = branchOf(all, ref, branch)
    if (id !== null && open.cases.includes(id)) report(all, open, { reason: 'case-twice', branch: id })
    else if (id !== null) open.cases.push(id)
  }
  const construct: SwitchConstruct = Object.freeze({
    case(branch: Branch) {
      add(branch)
      return construct
    },
    cases(branches: readonly Branch[]) {
      // Without types an author can pass a single branch.
      for (const branch of Array.isArray(branches) ? branches : [branches]) add(branch)
      return construct
    },
  })
  return construct
}

export function openBranch(all: Declarations, decider: unknown): void {
  openDecision(all, 'branch', decider)
}

export function openShortCircuit(all: Declarations, decider: unknown, respectTriggerRules: unknown): void {
  const { open } = openDecision(all, 'short_circuit', decider, respectTriggerRules === true)
  if (respectTriggerRules === undefined || typeof respectTriggerRules === 'boolean') return
  const detail = { option: 'respectTriggerRules', given: describe(respectTriggerRules), expected: 'true or false' }
  all.mistakes.push({ kind: 'bad-option', task: open.decider, detail })
}

function openDecision(
  all: Declarations,
  kind: OpenDecision['kind'],
  decider: unknown,
  respectTriggerRules = false,
): { readonly open: OpenDecision; readonly ref: TaskRef | null } {
  refuseWhenRead(all)
  const ref = refOf(decider)
  const id = endOfDag(all, factoryTaskId(decider) ?? kind, decider)
  const open = { kind, decider: id ?? '', then: null, else: null, cases: [], respectTriggerRules }
  const isTask = ref !== null && id !== null
  if (isTask) all.decisions.push(open)
  else if (id !== null) report(all, { ...open, decider: id }, { reason: 'group' })
  return { open, ref: isTask ? ref : null }
}

/** The branch's id, with the edge to it drawn; null when that was a mistake. */
function branchOf(all: Declarations, decider: TaskRef | null, branch: unknown): string | null {
  if (!decider) return null
  drawEdge(all, decider, branch, 'before')
  const known = all.mistakes.length
  const id = endOfDag(all, decider.taskId, branch)
  // The edge has told already what is wrong with the branch.
  all.mistakes.length = known
  return id
}

/** `await` calls `then` with two functions; no branch is a function that is not a factory. */
function refuseAwait(branch: unknown): void {
  if (typeof branch !== 'function' || factoryTaskId(branch) !== null) return
  throw new AuthoringError('dag.if(…) was awaited, or its then was given a function', {
    why: 'dag.if(…) is no promise: its then takes the task to run',
    fix: 'write dag.if(condition).then(task).else(other), without await, with what calling each task returned',
  })
}

function report(all: Declarations, { kind, decider }: OpenDecision, detail: Readonly<Record<string, string>>): void {
  all.mistakes.push({ kind: 'bad-decider', task: decider, detail: { construct: kind, ...detail } })
}
