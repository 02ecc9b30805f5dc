/** Stored definitions, built once and kept while they are in use. */
import type { Chance } from '../jsonata/expression.ts'
import type { MachineStore } from '../storage/machine-store.ts'
import { buildMachine, type Json, type Machine } from './machine.ts'

/** Machines kept, each with its compiled expressions; the one built first goes first. */
const maxMachines = 200

export function compiledMachines(store: MachineStore, chance: Chance): (hash: string) => Machine {
  const compiled = new Map<string, Machine>()
  return (hash) => {
    const known = compiled.get(hash)
    if (known) return known
    const built = buildMachine(JSON.parse(store.definition(hash)) as Json, hash, chance) // stored definitions were checked
    compiled.set(hash, built)
    const oldest = compiled.keys().next().value
    if (compiled.size > maxMachines && oldest !== undefined) compiled.delete(oldest)
    return built
  }
}
