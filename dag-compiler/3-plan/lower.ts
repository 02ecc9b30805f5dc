/**
 * Tree of modules → plan: series becomes a sequence, parallel a Parallel, a prime block a Parallel of its roots with gates
 * on the way. Sequences and Parallels are never nested in their own kind.
 */
import { type Module, type PrimeModule, type PrimeNode, partsOf, sinksOf } from './module.ts'
import type { Plan } from './plan.ts'

/** @param keys task keys by position */
export function lower(module: Module, keys: readonly string[]): Plan {
  return sequence(items(module, keys))
}

function items(module: Module, keys: readonly string[]): Plan[] {
  switch (module.t) {
    case 'task':
      return [{ t: 'step', id: keys[module.first]!, tasks: [keys[module.first]!], exec: 'lambda' }]
    case 'series':
      return partsOf(module).flatMap((part) => items(part, keys))
    case 'parallel':
      return [parallel(partsOf(module).map((part) => lower(part, keys)))]
    case 'prime':
      return [parallel(rootsOf(module).map((root) => sequence(hostedItems(module, root, keys))))]
  }
}

const rootsOf = (prime: PrimeModule): number[] =>
  [...prime.nodes.keys()].filter((node) => prime.nodes[node]!.host === null)

/** A node, what it hosts, what those host, … : one sequence up to the first host of several. */
function hostedItems(prime: PrimeModule, from: number, keys: readonly string[]): Plan[] {
  const sequenceItems: Plan[] = []
  for (let node: number | undefined = from; node !== undefined; ) {
    const { module, hosted }: PrimeNode = prime.nodes[node]!
    sequenceItems.push(...gate(prime, node, keys), ...items(module, keys))
    if (hosted.length > 1) {
      sequenceItems.push(parallel(hosted.map((child) => sequence(hostedItems(prime, child, keys)))))
      break
    }
    node = hosted[0]
  }
  return sequenceItems
}

/** Named after the first task behind it, which no other gate stands before. */
function gate(prime: PrimeModule, node: number, keys: readonly string[]): Plan[] {
  const { module, awaited } = prime.nodes[node]!
  if (awaited.length === 0) return []
  const need = awaited.flatMap((predecessor) => sinksOf(prime.nodes[predecessor]!.module)).sort((a, b) => a - b)
  return [{ t: 'gate', id: keys[module.first]!, need: need.map((position) => keys[position]!) }]
}

const sequence = (list: readonly Plan[]): Plan => {
  const flat = list.flatMap((item) => (item.t === 'seq' ? item.items : [item]))
  return flat.length === 1 ? flat[0]! : { t: 'seq', items: flat }
}

/** A Parallel that is a whole branch of another one needs no state of its own. */
const parallel = (branches: readonly Plan[]): Plan => ({
  t: 'par',
  branches: branches.flatMap((branch) => (branch.t === 'par' ? branch.branches : [branch])),
})
