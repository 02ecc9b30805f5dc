/**
 * What each item of a plan takes of a machine, read from the machine that was emitted for the whole plan. A state belongs to
 * the item that it is named after; a gate has the id of the task behind it and weighs for itself.
 */
import type { Plan } from '../3-plan/plan.ts'
import type { Weight } from '../3-plan/split.ts'
import type { AslState, StateMachine } from './machine.ts'
import { bytesOf } from './numbers.ts'
import type { Histories } from './worst-case.ts'

/** In a child every state names the root execution by a longer expression, at most twice. */
const longerInChild = 20

export function weigherOf({ worstCase }: Histories, whole: StateMachine): (leaf: Plan) => Weight {
  const bytes = bytesByItem(whole)
  return (leaf) => {
    const item = leaf.t === 'gate' ? `gate:${leaf.id}` : 'id' in leaf ? leaf.id : ''
    return { bytes: bytes.get(item) ?? 0, events: worstCase(leaf) }
  }
}

function bytesByItem(whole: StateMachine): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>()
  const visit = (states: StateMachine['States']): void => {
    for (const [name, state] of Object.entries(states)) {
      // The states are our own: what `parallelState` wrote.
      if (state.Type === 'Parallel') for (const { States } of state.Branches as Branches) visit(States)
      else add(itemOf(name), bytesOf(JSON.stringify(state)) + bytesOf(name) + longerInChild)
    }
  }
  const add = (item: string, more: number): void => void bytes.set(item, (bytes.get(item) ?? 0) + more)
  visit(whole.States)
  return bytes
}

type Branches = readonly { readonly States: Readonly<Record<string, AslState>> }[]

/** `arrive:load` and `end:load` are of `load`, `load:load:2` too: no key holds a `:`. */
function itemOf(state: string): string {
  if (state.startsWith('gate:')) return state
  const [prefix, item] = state.split(':')
  return item ?? prefix!
}
