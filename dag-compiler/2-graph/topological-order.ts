/**
 * Topological order, as close to the order of the file as the edges allow: of the tasks that may come next, the one that was
 * placed first does. Tasks on a cycle, and behind one, are left out; a task's edge to itself orders nothing.
 */
export function topologicalOrder(
  upstreams: readonly (readonly number[])[],
  downstreams: readonly (readonly number[])[],
): readonly number[] {
  const waitsFor = upstreams.map((earlier, at) => earlier.reduce((count, from) => count + (from === at ? 0 : 1), 0))
  // Numbers that may come next, greatest first: the smallest is at the end.
  const ready = waitsFor.flatMap((count, index) => (count === 0 ? [index] : [])).reverse()
  const ordered: number[] = []
  for (let at = ready.pop(); at !== undefined; at = ready.pop()) {
    ordered.push(at)
    for (const later of downstreams[at] ?? []) {
      if (later === at) continue
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
