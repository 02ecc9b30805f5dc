/**
 * Which statuses each task can end with, whatever handlers do: a forward pass over rules, setups and deciders (design
 * §4.9). Upstreams are taken as independent, so a set may be too large, never too small: what it excludes cannot happen.
 */
import { decideTriggerRule, type RuleDecision, type StatusEntry, type TriggerRule } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { type Supplier, statusPatterns } from './status-patterns.ts'

export type Decision = Exclude<RuleDecision, 'undecided'>

/** @returns task key → statuses it can end with; of a mapped task, those of its instances */
export function possibleStatuses(graph: Graph): ReadonlyMap<string, ReadonlySet<StatusEntry>> {
  return new Map([...possibleDecisions(graph)].map(([key, { statuses }]) => [key, statuses]))
}

/** @returns key of each service task that may not run → how it ends then: what its guard must tell apart */
export function guardsOf(graph: Graph): ReadonlyMap<string, readonly Exclude<Decision, 'run'>[]> {
  const possible = possibleDecisions(graph)
  const guards = graph.tasks
    .filter(({ operator }) => operator === 'service')
    .map(
      ({ key }) =>
        [key, [...possible.get(key)!.decisions].filter((decision) => decision !== 'run').toSorted()] as const,
    )
  return new Map(guards.filter(([, decisions]) => decisions.length > 0))
}

/**
 * A task that failed for good keeps others from starting, and the machine goes on for those that run and for teardowns. With
 * nothing to go on for, a run that fails fast just ends.
 */
export const drainsOnFailure = ({ onFailure, tasks }: Pick<Graph, 'onFailure' | 'tasks'>): boolean =>
  onFailure === 'drain' || (onFailure === 'failFast' && tasks.some(({ teardown }) => teardown))

interface Possible {
  readonly decisions: ReadonlySet<Decision>
  readonly statuses: ReadonlySet<StatusEntry>
}

function possibleDecisions(graph: Graph): ReadonlyMap<string, Possible> {
  const byKey = new Map<string, Possible>()
  const tasks = new Map(graph.tasks.map((task) => [task.taskId, task]))
  const scopes = mappedScopes(graph)
  const stops = drainsOnFailure(graph)
  const abortsOnFailure = graph.onFailure === 'failFast' && !stops
  for (const task of graph.tasks) {
    const suppliers = (ids: readonly string[]): Supplier[] =>
      ids.map((id) => {
        const upstream = tasks.get(id)!
        return { statuses: byKey.get(upstream.key)!.statuses, isMany: isManyTo(task, upstream, scopes) }
      })
    const decisions = decisionsOf(task, suppliers)
    const ends = endsOf(task, decisions, abortsOnFailure)
    // Whatever its rule says: the run may be failing when its turn comes.
    if (stops && !task.teardown) ends.add('skipped')
    byKey.set(task.key, { decisions, statuses: ends })
  }
  return byKey
}

function decisionsOf(
  task: GraphTask,
  suppliers: (ids: readonly string[]) => readonly Supplier[],
): ReadonlySet<Decision> {
  const bySetups = ruleDecisions('all_success', suppliers(task.setups ?? []))
  const { rule, counted } = countedBy(task)
  const byRule = bySetups.has('run') ? ruleDecisions(rule, suppliers(counted)) : []
  const decided = new Set<Decision>([...bySetups].filter((decision) => decision !== 'run'))
  for (const decision of byRule) decided.add(decision)
  if (task.isCandidate) decided.add('skipped')
  return decided
}

/** The rule that decides a task, and the ids of the tasks it counts. A teardown counts its setups. */
export function countedBy({ teardown, spec, upstreams }: GraphTask): {
  readonly rule: TriggerRule
  readonly counted: readonly string[]
} {
  if (!teardown) return { rule: spec.triggerRule, counted: upstreams }
  return { rule: 'all_done_setup_success', counted: teardown.setups }
}

function ruleDecisions(rule: TriggerRule, suppliers: readonly Supplier[]): ReadonlySet<Decision> {
  if (suppliers.length === 0) return new Set(['run'])
  const decisions = statusPatterns(suppliers).map((pattern) => decideTriggerRule(rule, pattern))
  return new Set(decisions.filter((decision) => decision !== 'undecided'))
}

/** A service call and an empty task cannot skip themselves; everything that runs can fail. */
function endsOf(task: GraphTask, decisions: ReadonlySet<Decision>, abortsOnFailure: boolean): Set<StatusEntry> {
  const ends = new Set<StatusEntry>([...decisions].filter((decision) => decision !== 'run'))
  if (!decisions.has('run')) return ends
  ends.add('success')
  if (!abortsOnFailure) ends.add('failed')
  if (task.operator !== 'service' && task.operator !== 'empty') ends.add('skipped')
  // Without elements there is one skipped instance.
  if (task.mapping) ends.add('skipped')
  return ends
}

/** Group → the mapped group around it, itself included. */
function mappedScopes(graph: Graph): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>()
  for (const { groupId, parent, mapping } of graph.groups ?? []) {
    const scope = mapping ? groupId : scopes.get(parent ?? '')
    if (scope !== undefined) scopes.set(groupId, scope)
  }
  return scopes
}

/** Whether a reader meets several instances of an upstream: members of one mapped group meet those of their own index. */
function isManyTo(reader: GraphTask, upstream: GraphTask, scopes: ReadonlyMap<string, string>): boolean {
  const scope = scopes.get(upstream.group ?? '')
  return upstream.mapping !== undefined || (scope !== undefined && scope !== scopes.get(reader.group ?? ''))
}
