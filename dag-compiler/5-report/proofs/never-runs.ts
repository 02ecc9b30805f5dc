/**
 * Tasks that can never run: each of two upstreams must have succeeded, but a decider chooses only one of the branches they
 * stand on. For every task: which choices are certain to have been made when it succeeds.
 */
import type { Graph, GraphDecision, GraphTask } from '../../2-graph/graph.ts'
import { neverRuns } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

/** Decider → the one option that was chosen. Null: the task never succeeds. */
type Choices = ReadonlyMap<string, string> | null

/** What must have succeeded when a task with this rule runs; other rules prove nothing about their upstreams. */
const proofOf: Readonly<Record<string, 'every upstream' | 'one upstream'>> = {
  all_success: 'every upstream',
  one_success: 'one upstream',
  none_failed_min_one_success: 'one upstream',
  all_done_min_one_success: 'one upstream',
}

/** O(edges · deciders in sight). */
export function findTasksThatNeverRun(graph: Graph): readonly Problem[] {
  const exclusive = (graph.decisions ?? []).filter(({ kind }) => kind === 'if' || kind === 'switch')
  if (exclusive.length === 0) return []
  const own = ownChoices(exclusive)
  const known = new Map<string, Choices>()
  const problems: Problem[] = []
  for (const task of graph.tasks) {
    const clash = settle(task, own.get(task.taskId) ?? [], known)
    if (clash) problems.push(neverRuns({ dag: graph.dagId, task: task.taskId, rule: task.spec.triggerRule, ...clash }))
  }
  return problems
}

interface OwnChoice {
  readonly decider: string
  readonly option: string
}

function ownChoices(decisions: readonly GraphDecision[]): ReadonlyMap<string, readonly OwnChoice[]> {
  const own = new Map<string, OwnChoice[]>()
  for (const { decider, candidates } of decisions) {
    for (const { task, keptBy } of candidates) {
      const [option] = keptBy
      if (option === undefined || keptBy.length !== 1) continue
      own.set(task, [...(own.get(task) ?? []), { decider, option }])
    }
  }
  return own
}

interface Clash {
  readonly decider: string
  readonly options: readonly [string, string]
}

/** Notes what is certain when the task succeeds. @returns the choices that exclude each other, the first time they meet. */
function settle(task: GraphTask, own: readonly OwnChoice[], known: Map<string, Choices>): Clash | null {
  const inherited = inheritedChoices(task, known)
  if (inherited === null) {
    known.set(task.taskId, null)
    return null
  }
  if ('clash' in inherited) {
    known.set(task.taskId, null)
    return inherited.clash
  }
  const choices = new Map(inherited.choices)
  // Only when the decider must have succeeded is its choice certain; if it failed, another rule may let both sides run.
  const isCertain = proofOf[task.spec.triggerRule] === 'every upstream' || task.upstreams.length === 1
  for (const { decider, option } of isCertain ? own : []) {
    const other = choices.get(decider)
    if (other !== undefined && other !== option) {
      known.set(task.taskId, null)
      return { decider, options: [other, option] }
    }
    choices.set(decider, option)
  }
  known.set(task.taskId, choices)
  return null
}

type Inherited = { readonly choices: ReadonlyMap<string, string> } | { readonly clash: Clash } | null

/** Null: no upstream that must succeed can; that was reported where it began. */
function inheritedChoices(task: GraphTask, known: ReadonlyMap<string, Choices>): Inherited {
  const proof = proofOf[task.spec.triggerRule]
  if (!proof || task.upstreams.length === 0) return { choices: new Map() }
  const all = task.upstreams.map((upstream) => known.get(upstream) ?? null)
  const possible = all.filter((choices) => choices !== null)
  if (proof === 'one upstream') return possible.length === 0 ? null : { choices: commonTo(possible) }
  if (possible.length < all.length) return null
  const merged = new Map<string, string>()
  for (const [decider, option] of possible.flatMap((choices) => [...choices])) {
    const other = merged.get(decider)
    if (other !== undefined && other !== option) return { clash: { decider, options: [other, option] } }
    merged.set(decider, option)
  }
  return { choices: merged }
}

function commonTo(sets: readonly ReadonlyMap<string, string>[]): ReadonlyMap<string, string> {
  const [first = new Map<string, string>(), ...others] = sets
  return new Map([...first].filter(([decider, option]) => others.every((other) => other.get(decider) === option)))
}
