/**
 * A mapped group of the reference: each index is a run of its members of its own (semantics.md §7: "same index"), from the
 * moment when everything before any member is done, and what follows a member follows the whole group, unless its rule is an
 * early one (decision 0120).
 */
import type { TaskDefinition } from '../../../dag-compiler/index.ts'
import { decide, decidedAt, type Instance, type SoFar, type Status, type TaskOutcome } from './reference.ts'
import { edgesOf } from './reference-graph.ts'
import { runTask } from './reference-tries.ts'

/** @param start seconds; @param members of a group that is mapped over one list, which is there */
export function groupOutcomes(
  soFar: SoFar,
  members: readonly TaskDefinition[],
  start: number,
): ReadonlyMap<string, TaskOutcome> {
  const { definition, scenario } = soFar
  const mapping = definition.groups?.find(({ groupId }) => groupId === members[0]!.group)?.mapping
  const list = mapping?.kind === 'expand' ? Object.values(mapping.over)[0] : undefined
  const length = list && 'ref' in list ? (scenario.get(list.ref)?.length ?? 1) : 0
  const rows = Array.from({ length }, (_, index) => rowOf(soFar, members, { start, index }))
  const end = Math.max(start, ...rows.flatMap((row) => [...row.values()].map(({ endSeconds }) => endSeconds)))
  return new Map(
    members.map(({ taskId }) => [
      taskId,
      wholeOf(
        rows.map((row) => row.get(taskId)!),
        end,
      ),
    ]),
  )
}

/** One index of every member, in an order in which upstreams come first. */
function rowOf(
  { definition, scenario, tasks }: SoFar,
  members: readonly TaskDefinition[],
  { start, index }: { readonly start: number; readonly index: number },
): ReadonlyMap<string, Instance> {
  const row = new Map<string, Instance>()
  const edges = edgesOf(definition)
  const upstreamsOf = (id: string) => edges.flatMap(([from, to]) => (to === id ? [from] : []))
  const isMember = (id: string) => members.some(({ taskId }) => taskId === id)
  for (let left = members; left.length > 0; left = left.filter(({ taskId }) => !row.has(taskId))) {
    for (const task of left) {
      const direct = [...new Set(upstreamsOf(task.taskId))]
      if (direct.some((id) => isMember(id) && !row.has(id))) continue
      const upstreams = direct.flatMap((id) => (isMember(id) ? [row.get(id)!] : tasks.get(id)!.instances))
      const decided = Math.max(start, decidedAt(task.spec.triggerRule, upstreams))
      const decision = decide(task.spec.triggerRule, upstreams)
      const work = scenario.get(task.taskId)?.each?.[index]
      const never: Instance = { status: decision as Status, tries: 0, startSeconds: null, endSeconds: decided }
      row.set(task.taskId, decision === 'run' ? runTask(task, work, decided) : never)
    }
  }
  return row
}

/** A member as a whole ends when the group does; only early rules behind it look at its instances' own ends. */
function wholeOf(instances: readonly Instance[], end: number): TaskOutcome {
  const has = (status: Status) => instances.some((one) => one.status === status)
  const starts = instances.flatMap(({ startSeconds }) => startSeconds ?? [])
  return {
    status: (['failed', 'upstream_failed', 'success'] as const).find(has) ?? 'skipped',
    tries: Math.max(...instances.map(({ tries }) => tries)),
    startSeconds: starts.length > 0 ? Math.min(...starts) : null,
    endSeconds: end,
    instances,
    isMappedTask: true,
  }
}
