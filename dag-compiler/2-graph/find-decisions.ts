/** Constructs of a definition → which tasks each decider may skip, and which choices keep them (semantics §8). */
import type { DagDefinition, DecisionDefinition, TaskDefinition } from '../1-define/dag-definition.ts'
import type { GraphDecision } from './graph.ts'
import { mappedGroupOf } from './group-tree.ts'
import type { Network } from './network.ts'
import { reachedFrom } from './reach.ts'
import { rootsOf } from './resolve-group-edges.ts'

type Candidate = GraphDecision['candidates'][number]

/** In topological order of the deciders. */
export function findDecisions(definition: DagDefinition, net: Network): readonly GraphDecision[] {
  const authored = new Map((definition.decisions ?? []).map((decision) => [decision.decider, decision]))
  return net.order.flatMap((at) => {
    const task = net.tasks[at]
    if (!task) return []
    const decision = authored.get(task.taskId) ?? impliedDecision(task)
    return decision ? [toGraphDecision(decision, at, definition, net)] : []
  })
}

/** Operators that skip what is behind them without a construct. */
export function impliedDecision({ taskId, operator, options }: TaskDefinition): DecisionDefinition | null {
  const shortCircuit = { kind: 'short_circuit', decider: taskId } as const
  if (operator === 'latest_only') return { ...shortCircuit, respectTriggerRules: true }
  if (options?.kind !== 'human_input' || options.onReject === null || options.onReject === 'fail') return null
  return { ...shortCircuit, respectTriggerRules: options.onReject === 'skip' }
}

function toGraphDecision(
  decision: DecisionDefinition,
  at: number,
  definition: DagDefinition,
  net: Network,
): GraphDecision {
  const { decider, kind } = decision
  switch (decision.kind) {
    case 'if':
      return { decider, kind, ...named([decision.then, ...(decision.else === null ? [] : [decision.else])], net) }
    case 'switch':
      return { decider, kind, ...named(decision.cases, net) }
    case 'branch':
      return { decider, kind, ...branched(decider, at, definition, net) }
    case 'short_circuit':
      return { decider, kind, options: ['*'], candidates: shortCircuited(at, decision.respectTriggerRules, net) }
  }
}

/** A task stands for itself, a group for its roots. */
function tasksOf(id: string, { position, groups, upstreams }: Network): readonly number[] {
  const task = position.get(id)
  if (task !== undefined) return [task]
  const group = groups.position.get(id)
  return group === undefined ? [] : rootsOf(groups, { up: upstreams }, group)
}

function named(options: readonly string[], net: Network): Pick<GraphDecision, 'options' | 'candidates'> {
  const keptBy = new Map<number, string[]>()
  for (const option of options)
    for (const task of tasksOf(option, net)) keptBy.set(task, [...(keptBy.get(task) ?? []), option])
  return { options, candidates: inOrder(keptBy, net) }
}

/** Options are the direct downstreams and the groups that the decider was drawn before. */
function branched(
  decider: string,
  at: number,
  { edges }: DagDefinition,
  net: Network,
): Pick<GraphDecision, 'options' | 'candidates'> {
  const direct = net.downstreams[at] ?? []
  const groups = edges.flatMap(([from, to]) => (from === decider && net.groups.position.has(to) ? [to] : []))
  const options = [...direct.map((task) => net.tasks[task]?.taskId ?? ''), ...new Set(groups)]
  const keptBy = new Map(direct.map((task): [number, string[]] => [task, []]))
  for (const option of options) {
    const chosen = tasksOf(option, net)
    const kept = new Set([...chosen, ...reachedFrom(chosen, net.downstreams)])
    for (const [task, keepers] of keptBy) if (kept.has(task)) keepers.push(option)
  }
  return { options, candidates: inOrder(keptBy, net) }
}

/**
 * Teardowns are never skipped this way, as in Airflow's `ShortCircuitOperator` and `LatestOnlyOperator`. In a mapped group a
 * decision holds for its own instance, so tasks outside are left alone.
 */
function shortCircuited(at: number, onlyDirect: boolean, net: Network): readonly Candidate[] {
  const behind = onlyDirect ? (net.downstreams[at] ?? []) : reachedFrom([at], net.downstreams)
  const group = mappedGroupOf(net.groups, at)
  const isInReach = (task: number) => group < 0 || mappedGroupOf(net.groups, task) === group
  const skipped = [...behind].filter((task) => !net.tasks[task]?.teardown && isInReach(task))
  return inOrder(new Map(skipped.map((task) => [task, ['*']])), net)
}

function inOrder(keptBy: ReadonlyMap<number, readonly string[]>, { order, tasks }: Network): readonly Candidate[] {
  return order.flatMap((at) => {
    const keepers = keptBy.get(at)
    return keepers ? [{ task: tasks[at]?.taskId ?? '', keptBy: keepers }] : []
  })
}
