/**
 * Tree of modules → plan: series becomes a sequence, parallel a Parallel, a gate module a gate. Sequences and Parallels are
 * never nested in their own kind.
 */
import { type GateModule, type Module, partsOf } from './module.ts'
import type { Order } from './order.ts'
import type { Plan } from './plan.ts'

export function lower(module: Module, order: Order): Plan {
  return sequence(items(module, order))
}

function items(module: Module, order: Order): Plan[] {
  switch (module.t) {
    case 'task':
      return task(module.first, order)
    case 'gate':
      return [gate(module, order)]
    case 'series':
      return partsOf(module).flatMap((part) => items(part, order))
    case 'parallel':
      return [parallel(partsOf(module).map((part) => lower(part, order)))]
  }
}

/** A task of an early rule follows nothing in the structure: its gate begins a branch and holds up nobody else. */
function task(position: number, { keys, earlyGates }: Order): Plan[] {
  const id = keys[position]!
  const step: Plan = { t: 'step', id, tasks: [id], exec: 'lambda' }
  const early = earlyGates.get(position)
  if (!early) return [step]
  return [{ t: 'gate', id, need: early.need.map((upstream) => keys[upstream]!), rule: early.rule }, step]
}

/** Named after the first task behind it, which no other gate stands before: it has predecessors, early tasks have none. */
const gate = ({ before, need }: GateModule, { keys }: Order): Plan => ({
  t: 'gate',
  id: keys[before]!,
  need: need.map((position) => keys[position]!),
})

const sequence = (list: readonly Plan[]): Plan => {
  const flat = list.flatMap((item) => (item.t === 'seq' ? item.items : [item]))
  return flat.length === 1 ? flat[0]! : { t: 'seq', items: flat }
}

/** A Parallel that is a whole branch of another one needs no state of its own. */
const parallel = (branches: readonly Plan[]): Plan => ({
  t: 'par',
  branches: branches.flatMap((branch) => (branch.t === 'par' ? branch.branches : [branch])),
})
