/**
 * Topological order of tasks, as close to the order of the file as the edges allow: of the tasks that may come next, the
 * one that was placed first does. Tasks on a cycle, and behind one, are left out.
 */
import type { TaskDefinition } from '../1-define/dag-definition.ts'
import type { Edge } from './edges.ts'

export function orderTasks(tasks: readonly TaskDefinition[], edges: readonly Edge[]): readonly TaskDefinition[] {
  const position = new Map(tasks.map(({ taskId }, index) => [taskId, index]))
  const waitsFor = tasks.map(() => 0)
  const next: number[][] = tasks.map(() => [])
  for (const [from, to] of edges) {
    const [a, b] = [position.get(from), position.get(to)]
    if (a === undefined || b === undefined) continue
    next[a]?.push(b)
    waitsFor[b] = (waitsFor[b] ?? 0) + 1
  }
  // Positions that may come next, greatest first: the smallest is at the end.
  const ready = waitsFor.flatMap((count, index) => (count === 0 ? [index] : [])).reverse()
  const ordered: TaskDefinition[] = []
  for (let at = ready.pop(); at !== undefined; at = ready.pop()) {
    const task = tasks[at]
    if (task) ordered.push(task)
    for (const later of next[at] ?? []) {
      waitsFor[later] = (waitsFor[later] ?? 0) - 1
      if (waitsFor[later] === 0) insertDescending(ready, later)
    }
  }
  return ordered
}

function insertDescending(list: number[], value: number): void {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] ?? 0) > value) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, value)
}
