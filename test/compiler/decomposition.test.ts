/** Reduction and decomposition, against definitions applied by brute force to small graphs, and their shape on large ones. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decompose } from '../../dag-compiler/3-plan/decompose.ts'
import { type Module, partsOf } from '../../dag-compiler/3-plan/module.ts'
import { reduceTransitively } from '../../dag-compiler/3-plan/reduce.ts'
import { closureOf, hasInducedN, isModule, isRedundant } from './support/brute-force.ts'

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

describe('decomposition', () => {
  it('finds series and parallel alone exactly when no four tasks form an N', () => {
    let withN = 0
    fc.assert(
      fc.property(graph(8), (successors) => {
        const needsGates = hasInducedN(closureOf(successors))
        withN += needsGates ? 1 : 0
        expect(hasPrime(decompose(reduceTransitively(successors)))).toBe(needsGates)
      }),
      options,
    )
    expect(withN).toBeGreaterThan(options.numRuns / 10)
    expect(withN).toBeLessThan((options.numRuns * 9) / 10)
  })

  it('is a tree of modules that says how any two tasks relate', () => {
    fc.assert(
      fc.property(graph(9), (successors) => {
        const closure = closureOf(successors)
        checkModule(decompose(reduceTransitively(successors)), closure)
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
    expect(decompose(chain)).toMatchObject({ t: 'series', depth: 0 })
    expect(decompose(fan)).toMatchObject({ t: 'series', depth: 1 })
  })
})

const children = (module: Module): Module[] => {
  if (module.t === 'task') return []
  return module.t === 'prime' ? module.nodes.map((node) => node.module) : partsOf(module)
}

const hasPrime = (module: Module): boolean => module.t === 'prime' || children(module).some(hasPrime)

const tasksOf = (module: Module): number[] => (module.t === 'task' ? [module.first] : children(module).flatMap(tasksOf))

function checkModule(module: Module, closure: readonly ReadonlySet<number>[]): void {
  const parts = children(module).map(tasksOf)
  expect(isModule(closure, new Set(parts.flat()))).toBe(true)
  const precedes = (left: readonly number[], right: readonly number[]) =>
    left.every((u) => right.every((v) => closure[u]!.has(v)))
  parts.forEach((left, i) => {
    for (const right of parts.slice(i + 1)) {
      if (module.t === 'series') expect(precedes(left, right)).toBe(true)
      if (module.t === 'parallel')
        expect(left.some((u) => right.some((v) => closure[u]!.has(v) || closure[v]!.has(u)))).toBe(false)
    }
  })
  for (const part of children(module)) checkModule(part, closure)
}
