/** Everything that can be reached from some tasks along edges of one direction, the starts themselves left out. */
export function reachedFrom(starts: readonly number[], next: readonly (readonly number[])[]): ReadonlySet<number> {
  const reached = new Set<number>()
  for (const start of starts) for (const task of next[start] ?? []) reached.add(task)
  for (const task of reached) for (const further of next[task] ?? []) reached.add(further)
  return reached
}
