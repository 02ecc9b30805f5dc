/** Random groups and edges: what the resolved edges order is what the written ones say, member by member, no more, no less. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Dag, type End } from '../../dag-compiler/define.ts'
import { graphOf, problemsOf } from './definitions.ts'

interface Shape {
  /** For each group the one around it, by position; −1: none. Smaller than its own position. */
  readonly parents: readonly number[]
  /** For each task its group. */
  readonly tasks: readonly number[]
  readonly edges: readonly (readonly [number, number])[]
}

const shapes: fc.Arbitrary<Shape> = fc
  .record({ groups: fc.integer({ min: 1, max: 5 }), tasks: fc.integer({ min: 1, max: 7 }) })
  .chain(({ groups, tasks }) => {
    const node = fc.integer({ min: 0, max: groups + tasks - 1 })
    return fc.record({
      parents: fc.tuple(...Array.from({ length: groups }, (_, at) => fc.integer({ min: -1, max: at - 1 }))),
      tasks: fc.array(fc.integer({ min: -1, max: groups - 1 }), { minLength: tasks, maxLength: tasks }),
      edges: fc.array(fc.tuple(node, node), { maxLength: 8 }),
    })
  })

function build({ parents, tasks, edges }: Shape) {
  const dag = new Dag('random')
  const groups: ReturnType<Dag['taskGroup']>[] = []
  for (const [at, parent] of parents.entries()) groups.push((groups[parent] ?? dag).taskGroup(`g${at}`))
  const refs = tasks.map((group, at) => (groups[group] ?? dag).empty(`t${at}`))
  const ends: readonly End[] = [...groups, ...refs]
  for (const [from, to] of edges) ends[from]?.before(ends[to]!)
  return { dag, ids: refs.map(({ taskId }) => taskId) }
}

/** `a→b` for every pair of tasks that the written edges order, groups standing for all their tasks. */
function orderedByHand({ parents, tasks, edges }: Shape, ids: readonly string[]): readonly string[] {
  const isIn = (group: number, outer: number): boolean =>
    group === outer || (group >= 0 && isIn(parents[group] ?? -1, outer))
  const tasksOf = (node: number): readonly number[] =>
    node < parents.length ? tasks.flatMap((group, at) => (isIn(group, node) ? [parents.length + at] : [])) : [node]
  // An empty group stands for itself, so that order passes through it.
  const standsFor = (node: number) => (tasksOf(node).length > 0 ? tasksOf(node) : [node])
  const next = new Map<number, Set<number>>()
  for (const [from, to] of edges) {
    for (const a of standsFor(from)) for (const b of standsFor(to)) next.set(a, (next.get(a) ?? new Set()).add(b))
  }
  return pairs(
    ids.map((_, at) => parents.length + at),
    next,
    (node) => ids[node - parents.length] ?? '',
  )
}

function pairs<T>(
  nodes: readonly T[],
  next: ReadonlyMap<T, ReadonlySet<T>>,
  name: (node: T) => string,
): readonly string[] {
  const found = nodes.flatMap((start) => {
    const reached = new Set(next.get(start))
    for (const at of reached) for (const further of next.get(at) ?? []) reached.add(further)
    return [...reached].filter((end) => nodes.includes(end)).map((end) => `${name(start)}→${name(end)}`)
  })
  return found.toSorted()
}

describe('edges of groups', () => {
  it('order the same tasks as written, whatever the nesting', () => {
    let compared = 0
    fc.assert(
      fc.property(shapes, (shape) => {
        const { dag, ids } = build(shape)
        // Cycles, and edges inside a group, are refused.
        if (problemsOf(dag).length > 0) return
        compared += 1
        const next = new Map<string, Set<string>>()
        for (const [from, to] of graphOf(dag).edges) next.set(from, (next.get(from) ?? new Set()).add(to))
        expect(pairs(ids, next, (id) => id)).toEqual(orderedByHand(shape, ids))
      }),
      { seed: 7, numRuns: 2000 },
    )
    expect(compared).toBeGreaterThan(300)
  })
})
