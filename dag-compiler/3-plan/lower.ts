/**
 * Tree of modules → plan: series becomes a sequence, parallel a Parallel, a prime block a Parallel of its roots with gates
 * on the way. Sequences and Parallels are never nested in their own kind.
 */
import { type Module, type PrimeModule, type PrimeNode, partsOf, sinksOf } from './module.ts'
import type { Order } from './order.ts'
import type { Plan } from './plan.ts'

export function lower(module: Module, order: Order): Plan {
  return sequence(items(module, order))
}

function items(module: Module, order: Order): Plan[] {
  switch (module.t) {
    case 'task':
      return task(module.first, order)
    case 'series':
      return partsOf(module).flatMap((part) => items(part, order))
    case 'parallel':
      return [parallel(partsOf(module).map((part) => lower(part, order)))]
    case 'prime':
      return [parallel(rootsOf(module).map((root) => sequence(hostedItems(module, root, order))))]
  }
}

/** A task of an early rule follows nothing in the structure: its gate begins a branch and holds up nobody else. */
function task(position: number, { keys, earlyGates }: Order): Plan[] {
  const id = keys[position]!
  const step: Plan = { t: 'step', id, tasks: [id], exec: 'lambda' }
  const gate = earlyGates.get(position)
  if (!gate) return [step]
  return [{ t: 'gate', id, need: gate.need.map((upstream) => keys[upstream]!), rule: gate.rule }, step]
}

const rootsOf = (prime: PrimeModule): number[] =>
  [...prime.nodes.keys()].filter((node) => prime.nodes[node]!.host === null)

/** A node, what it hosts, what those host, … : one sequence up to the first host of several. */
function hostedItems(prime: PrimeModule, from: number, order: Order): Plan[] {
  const sequenceItems: Plan[] = []
  for (let node: number | undefined = from; node !== undefined; ) {
    const { module, hosted }: PrimeNode = prime.nodes[node]!
    sequenceItems.push(...gate(prime, node, order), ...items(module, order))
    if (hosted.length > 1) {
      sequenceItems.push(parallel(hosted.map((child) => sequence(hostedItems(prime, child, order)))))
      break
    }
    node = hosted[0]
  }
  return sequenceItems
}

/** Named after the first task behind it, which no other gate stands before: it has predecessors, early tasks have none. */
function gate(prime: PrimeModule, node: number, { keys }: Order): Plan[] {
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
