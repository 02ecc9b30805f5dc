/** Reduction and decomposition, against definitions applied by brute force to small graphs, and their shape on large ones. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decompose } from '../../dag-compiler/3-plan/decompose.ts'
import { lower } from '../../dag-compiler/3-plan/lower.ts'
import { type Module, partsOf } from '../../dag-compiler/3-plan/module.ts'
import { reduceTransitively } from '../../dag-compiler/3-plan/reduce.ts'
import { closureOf, hasInducedN, isRedundant } from './support/brute-force.ts'
import { drawing } from './support/drawing.ts'

/** Successors by position; every edge leads to a larger position. */
const graph = (largest: number): fc.Arbitrary<number[][]> =>
  fc.tuple(fc.integer({ min: 1, max: largest }), fc.integer({ min: 1, max: 9 })).chain(([size, tenths]) =>
    fc
      .array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: size, maxLength: size }), {
        minLength: size,
        maxLength: size,
      })
      .map((dice) => dice.map((row, from) => row.flatMap((die, to) => (to > from && die < tenths ? [to] : [])))),
  )

const options = { numRuns: 1500, seed: 20_261_124 }

it('reduction keeps exactly the edges that no longer path implies', () => {
  fc.assert(
    fc.property(graph(12), (successors) => {
      const closure = closureOf(successors)
      const kept = successors.map((list, from) => list.filter((to) => !isRedundant(closure, from, to)))
      expect(reduceTransitively(successors)).toEqual(kept)
    }),
    options,
  )
})

it('reduction in bands of descendants, as for large graphs, drops the same edges', () => {
  let dropped = 0
  fc.assert(
    fc.property(graph(80), (successors) => {
      const whole = reduceTransitively(successors)
      expect(reduceTransitively(successors, 32)).toEqual(whole)
      // Only an edge into a later band can tell the two apart.
      dropped += successors.reduce(
        (sum, list, from) => sum + list.filter((to) => to >= 32 && !whole[from]!.includes(to)).length,
        0,
      )
    }),
    { numRuns: 60, seed: options.seed },
  )
  expect(dropped).toBeGreaterThan(0)
})

describe('decomposition', () => {
  it('finds series and parallel alone exactly when no four tasks form an N', () => {
    let withN = 0
    fc.assert(
      fc.property(graph(8), (successors) => {
        const needsGates = hasInducedN(closureOf(successors))
        withN += needsGates ? 1 : 0
        expect(hasGate(decompose(reduceTransitively(successors), () => true))).toBe(needsGates)
      }),
      options,
    )
    expect(withN).toBeGreaterThan(options.numRuns / 10)
    expect(withN).toBeLessThan((options.numRuns * 9) / 10)
  })

  it('makes each task wait for its predecessors and nobody else', () => {
    fc.assert(
      fc.property(graph(11), (successors) => {
        const closure = closureOf(successors)
        const waits = waitsOf(decompose(reduceTransitively(successors), () => true))
        expect([...waits.keys()].sort((left, right) => left - right)).toEqual([...successors.keys()])
        for (const [task, earlier] of waits) {
          expect([...earlier].sort((left, right) => left - right)).toEqual(
            [...successors.keys()].filter((each) => closure[each]!.has(task)),
          )
        }
      }),
      options,
    )
  })

  it('counts what its plan costs', () => {
    fc.assert(
      fc.property(graph(11), (successors) => {
        const holding = () => false
        const module = decompose(reduceTransitively(successors), holding)
        const keys = successors.map((_, position) => String(position))
        const plan = lower(module, { keys, successors, earlyGates: new Map(), holding })
        expect(module.states).toBe((drawing(plan).match(/[∥⟨]/g) ?? []).length)
      }),
      options,
    )
  })

  it('keeps a chain of 20,000 tasks flat, and a fan too', () => {
    const size = 20_000
    const chain = Array.from({ length: size }, (_, i) => (i + 1 < size ? [i + 1] : []))
    const fan = Array.from({ length: size }, (_, i) =>
      i === 0 ? Array.from({ length: size - 1 }, (_, j) => j + 1) : [],
    )
    expect(decompose(chain, () => true)).toMatchObject({ t: 'series', depth: 0 })
    expect(decompose(fan, () => true)).toMatchObject({ t: 'series', depth: 1 })
  })
})

const children = (module: Module): Module[] => (module.t === 'task' || module.t === 'gate' ? [] : partsOf(module))

const hasGate = (module: Module): boolean => module.t === 'gate' || children(module).some(hasGate)

const tasksOf = (module: Module): number[] => (module.t === 'task' ? [module.first] : children(module).flatMap(tasksOf))

/** Task → tasks that it waits for, directly or not: what stands before it in a series, and what a gate before it needs. */
function waitsOf(module: Module): ReadonlyMap<number, ReadonlySet<number>> {
  const waits = new Map(tasksOf(module).map((task) => [task, new Set<number>()]))
  const visit = (part: Module): void => {
    const parts = children(part)
    for (const inner of parts) visit(inner)
    if (part.t !== 'series') return
    parts.forEach((later, at) => {
      const earlier = parts.slice(0, at).flatMap((item) => (item.t === 'gate' ? item.need : tasksOf(item)))
      for (const task of tasksOf(later)) for (const each of earlier) waits.get(task)!.add(each)
    })
  }
  visit(module)
  // Positions are a topological order, so what a task waits for is complete before the task is looked at.
  for (const task of [...waits.keys()].sort((a, b) => a - b)) {
    for (const each of [...waits.get(task)!]) for (const further of waits.get(each)!) waits.get(task)!.add(further)
  }
  return waits
}
