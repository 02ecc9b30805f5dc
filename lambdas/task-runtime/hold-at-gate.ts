/**
 * A task that is its own gate leaves its call there, for whoever opens the gate. Invariant: the write and the opening are
 * both on one item, so either the call lies there when the gate opens, or it finds the gate open (decision 0147).
 */
import {
  flattenStateData,
  type RunStore,
  type StateData,
  type TaskCall,
  taskOf,
  type Wiring,
} from '../../run-model/index.ts'
import type { Invocation } from './ports.ts'
import { dependenciesOf, gateIdOf, requirePlan } from './read-situation.ts'

/**
 * @returns false: the gate is open, so the task's turn has come.
 * @throws PlanMismatch before anything is written.
 */
export async function holdAtGate(
  store: Pick<RunStore, 'holdGate'>,
  wiring: Wiring,
  call: TaskCall,
  { functionArn }: Pick<Invocation, 'functionArn'>,
): Promise<boolean> {
  requirePlan(wiring, call)
  const gate = Object.hasOwn(wiring.gates, call.task) ? wiring.gates[call.task] : undefined
  if (!gate) throw new Error(`Task "${call.task}" has no gate in its plan. Please report this bug.`)
  const held = { ...call, up: neededOf(wiring, call) }
  return store.holdGate(call.x, gateIdOf(call, gate), { fn: functionArn, call: held })
}

/**
 * The state data that the call will read again. Every arrival at the gate pays for the size of its item, so nothing else is
 * kept; the last task of a run settles the others by what the data says of them.
 */
function neededOf(wiring: Wiring, { task, up, do: what }: TaskCall): StateData {
  if (what === 'end') return up
  const { run, entries } = flattenStateData(up)
  const needed = new Set(dependenciesOf(taskOf(wiring, task)))
  return { '^run': run, ...Object.fromEntries([...entries].filter(([key]) => needed.has(key))) }
}
