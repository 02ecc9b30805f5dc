/**
 * Tells every gate that waits for a task how the task ended, and releases those that have now heard enough: from everyone,
 * or what decides their early rule. Invariant: however arrivals, tokens and repeats interleave, a gate that has heard
 * enough is released or found open (compiler design §6.2): all writers touch one item, and opening is a flag, so a
 * repeat changes nothing.
 */
import {
  decideTriggerRule,
  type GateItem,
  type GateWiring,
  type RunStore,
  type StatusEntry,
  type Wiring,
} from '../../run-model/index.ts'

export interface ArrivalPorts {
  readonly store: Pick<RunStore, 'arriveAtGate' | 'openGate'>
  /** Lets a waiting gate go on. A token that nobody waits for any more is not an error. */
  readonly releaseToken: (token: string) => Promise<void>
}

export interface Arrival {
  /** Name of the root execution: gates belong to an execution, not to a run. */
  readonly execution: string
  readonly taskKey: string
  readonly status: StatusEntry
}

/** Call it after the task's own record is written: whoever passes the gate may read that record. */
export async function arriveAtGates(ports: ArrivalPorts, wiring: Wiring, arrival: Arrival): Promise<void> {
  const feeds = wiring.tasks[arrival.taskKey]?.feeds ?? []
  await Promise.all(feeds.map((gateId) => arriveAtGate(ports, wiring, gateId, arrival)))
}

async function arriveAtGate(ports: ArrivalPorts, wiring: Wiring, gateId: string, arrival: Arrival): Promise<void> {
  const { store, releaseToken } = ports
  const gate = wiring.gates[gateId]
  const position = gate?.need.indexOf(arrival.taskKey) ?? -1
  if (!gate || position < 0) {
    throw new Error(`Gate "${gateId}" does not wait for "${arrival.taskKey}", which feeds it. Please report this bug.`)
  }
  const arrived = await store.arriveAtGate(arrival.execution, gateId, position, arrival.status)
  const item =
    !arrived.open && hasHeardEnough(gate, arrived) ? await store.openGate(arrival.execution, gateId) : arrived
  // Sending although it was open before heals a sender that died between the flag and the send.
  if (item.open && item.token !== null) await releaseToken(item.token)
}

/** A gate without a rule waits as `all_done` does. */
function hasHeardEnough({ need, rule }: GateWiring, { arrived }: GateItem): boolean {
  const statuses = need.map((_, position) => arrived[position])
  return decideTriggerRule(rule ?? 'all_done', statuses) !== 'undecided'
}
