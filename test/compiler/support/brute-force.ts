/** Orders of small graphs by definition, slowly: closure, redundant edges, series-parallel by the absence of an N. */

/** `closure[u]` holds everything that must come after u. */
export function closureOf(successors: readonly (readonly number[])[]): ReadonlySet<number>[] {
  const closure: Set<number>[] = successors.map(() => new Set())
  for (let from = successors.length - 1; from >= 0; from--) {
    for (const to of successors[from]!) {
      closure[from]!.add(to)
      for (const beyond of closure[to]!) closure[from]!.add(beyond)
    }
  }
  return closure
}

/** Four tasks with a→c, a→d, b→d and no other relation: what sequence and Parallel cannot express. */
export function hasInducedN(closure: readonly ReadonlySet<number>[]): boolean {
  const all = [...closure.keys()]
  const precedes = (u: number, v: number) => closure[u]!.has(v)
  const unrelated = (u: number, v: number) => u !== v && !precedes(u, v) && !precedes(v, u)
  return all.some((a) =>
    all.some(
      (d) =>
        precedes(a, d) &&
        all.some(
          (c) =>
            precedes(a, c) && unrelated(c, d) && all.some((b) => precedes(b, d) && unrelated(a, b) && unrelated(b, c)),
        ),
    ),
  )
}

export function isRedundant(closure: readonly ReadonlySet<number>[], from: number, to: number): boolean {
  return [...closure[from]!].some((between) => closure[between]!.has(to))
}
