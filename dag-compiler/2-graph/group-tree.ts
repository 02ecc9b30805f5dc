/** Groups and tasks as one tree of numbers: tasks come first, groups follow. */
import type { GroupDefinition, TaskDefinition } from '../1-define/dag-definition.ts'

export interface GroupTree {
  readonly groups: readonly GroupDefinition[]
  /** Id of a group → its number: the number of tasks plus its place in `groups`. */
  readonly position: ReadonlyMap<string, number>
  /** Innermost group around each task and group; −1: none. */
  readonly parent: readonly number[]
  /** Tasks within each group, at any depth, by the group's number. */
  readonly members: ReadonlyMap<number, readonly number[]>
}

export function buildGroupTree(groups: readonly GroupDefinition[], tasks: readonly TaskDefinition[]): GroupTree {
  if (groups.length === 0) return { groups, position: new Map(), parent: [], members: new Map() }
  const position = new Map(groups.map(({ groupId }, index) => [groupId, tasks.length + index]))
  const numberOf = (groupId: string | null | undefined) => position.get(groupId ?? '') ?? -1
  const parent = [...tasks.map(({ group }) => numberOf(group)), ...groups.map((group) => numberOf(group.parent))]
  const members = new Map([...position.values()].map((group): [number, number[]] => [group, []]))
  for (const task of tasks.keys()) for (const group of ancestors(parent, task)) members.get(group)?.push(task)
  return { groups, position, parent, members }
}

/** Groups around a task or group, innermost first. */
export function ancestors(parent: readonly number[], node: number): readonly number[] {
  const found: number[] = []
  for (let at = parent[node] ?? -1; at >= 0; at = parent[at] ?? -1) found.push(at)
  return found
}

/** Number of the innermost mapped group around a task or group; −1: none. Mapped groups do not nest. */
export function mappedGroupOf({ groups, parent }: GroupTree, node: number): number {
  const tasks = parent.length - groups.length
  return ancestors(parent, node).find((group) => groups[group - tasks]?.mapping) ?? -1
}
