/**
 * Definition → graph: numbers tasks and edges once, runs every check, and when none found an error, lists the tasks in order.
 * All problems are returned together in a stable order; `graph` is null exactly when one of them is an error.
 */
import type { DagDefinition, TaskDefinition } from '../1-define/dag-definition.ts'
import type { Problem } from '../problems/problem.ts'
import { checkDefinition } from './checks/index.ts'
import { findDecisions } from './find-decisions.ts'
import { findSetups } from './find-setups.ts'
import type { Graph, GraphTask } from './graph.ts'
import { buildNetwork, type Network } from './network.ts'
import { buildTaskKeys } from './task-keys.ts'

export interface BuildGraphOptions {
  /** Path of the DAG file, for the problems. */
  readonly file?: string
  /** Hex digest of a text. */
  readonly sha256: (text: string) => string
}

export function buildGraph(
  definition: DagDefinition,
  { file, sha256 }: BuildGraphOptions,
): { readonly graph: Graph | null; readonly problems: readonly Problem[] } {
  const net = buildNetwork(definition)
  const problems = checkDefinition(definition, net).map((problem) => place(problem, file))
  if (problems.some(({ severity }) => severity === 'error')) return { graph: null, problems }
  return { graph: assemble(definition, net, sha256), problems }
}

function assemble(definition: DagDefinition, net: Network, sha256: (text: string) => string): Graph {
  const { dagId, groups = [], spec } = definition
  const near = sortedNeighbours(net)
  const decisions = findDecisions(definition, net)
  const names = (numbers: readonly number[]) => numbers.map((at) => net.tasks[at]?.taskId ?? '')
  const more: Found = {
    names,
    isSetup: (at) => net.tasks[at]?.isSetup === true,
    keys: buildTaskKeys(names(net.order), sha256),
    setups: findSetups(net),
    candidates: new Set(decisions.flatMap(({ candidates }) => candidates.map(({ task }) => task))),
  }
  return {
    dagId,
    tasks: net.order.flatMap((at) => {
      const [task, around] = [net.tasks[at], near[at]]
      return task && around ? [toGraphTask(task, at, around, more)] : []
    }),
    edges: net.order.flatMap((at) => (near[at]?.downstreams ?? []).map((to) => edge(net, at, to))),
    dagrunTimeout: spec.dagrunTimeout,
    ...(spec.onFailure !== undefined && { onFailure: spec.onFailure }),
    ...(spec.maxMapLength !== undefined && { maxMapLength: spec.maxMapLength }),
    ...(groups.length > 0 && { groups }),
    ...(decisions.length > 0 && { decisions }),
  }
}

const edge = ({ tasks }: Network, from: number, to: number): readonly [string, string] => [
  tasks[from]?.taskId ?? '',
  tasks[to]?.taskId ?? '',
]

interface Neighbours {
  readonly upstreams: number[]
  readonly downstreams: number[]
}

/** Walking the tasks in order appends each to its neighbours' lists, so both lists come out in topological order. */
function sortedNeighbours({ order, upstreams, downstreams }: Network): readonly Neighbours[] {
  const near = upstreams.map((): Neighbours => ({ upstreams: [], downstreams: [] }))
  for (const at of order) {
    for (const later of downstreams[at] ?? []) near[later]?.upstreams.push(at)
    for (const earlier of upstreams[at] ?? []) near[earlier]?.downstreams.push(at)
  }
  return near
}

interface Found {
  readonly names: (numbers: readonly number[]) => readonly string[]
  readonly isSetup: (at: number) => boolean
  readonly keys: ReadonlyMap<string, string>
  readonly setups: ReadonlyMap<number, readonly number[]>
  readonly candidates: ReadonlySet<string>
}

function toGraphTask(
  { taskId, operator, options, inputs, spec, group, mapping, isSetup, teardown }: TaskDefinition,
  at: number,
  { upstreams, downstreams }: Neighbours,
  found: Found,
): GraphTask {
  const own = found.setups.get(at)
  const undone = teardown ? upstreams.filter(found.isSetup) : []
  // Without setups a teardown waits for everything, as Airflow's.
  const teardownRule = undone.length > 0 ? 'all_done_setup_success' : 'all_done'
  return {
    taskId,
    key: found.keys.get(taskId) ?? taskId,
    operator,
    inputs,
    spec: teardown ? { ...spec, triggerRule: teardownRule } : spec,
    ...(options && { options }),
    ...(group !== undefined && { group }),
    ...(mapping && { mapping }),
    ...(own && { setups: found.names(own) }),
    ...(isSetup && { isSetup }),
    ...(teardown && {
      teardown: { setups: found.names(undone), onFailureFailDagrun: teardown.onFailureFailDagrun },
    }),
    ...(found.candidates.has(taskId) && { isCandidate: true as const }),
    upstreams: found.names(upstreams),
    downstreams: found.names(downstreams),
  }
}

const place = (problem: Problem, file: string | undefined): Problem =>
  file === undefined ? problem : { ...problem, where: { ...problem.where, file } }
