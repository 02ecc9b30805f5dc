/**
 * Tells every gate that waits for a task how the task ended, and releases those that have now heard enough: from everyone,
 * or what decides their early rule. Invariant: however arrivals, tokens and repeats interleave, a gate that has heard
 * enough is released or found open (compiler design §6.2): all writers touch one item, and opening is a flag, so a
 * repeat changes nothing.
 */
import {
  decideTriggerRule,
  flattenStateData,
  type GateItem,
  type GateWiring,
  gateIdAt,
  type HeldCall,
  type RunStore,
  type StateEntry,
  statusOf,
  type TaskCall,
  taskOf,
  type Wiring,
} from '../../run-model/index.ts'
import { isTerminal } from './records.ts'

export interface ArrivalPorts {
  readonly store: Pick<RunStore, 'arriveAtGate' | 'openGate' | 'getTaskInstance'>
  /** Lets a waiting state go on. A token that nobody waits for any more is not an error. */
  readonly releaseToken: (token: string, answer?: TokenAnswer) => Promise<void>
  /** Hands a held call to the function that held it; returns before the task has run. Repeats find the try leased or ended. */
  readonly wake: (fn: string, call: TaskCall) => Promise<void>
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
}

/** What a waiting task's state is told. A gate asks for nothing: absent. */
export type TokenAnswer =
  | { readonly output: { readonly s: StateEntry } }
  | { readonly error: string; readonly cause: string }

export interface Arrival {
  /** Name of the root execution: gates belong to an execution, not to a run. */
  readonly execution: string
  readonly taskKey: string
  readonly status: StateEntry
  /** Of one instance of a mapped task. @default -1: the whole task has ended. */
  readonly mapIndex?: number
}

/** Call it after the task's own record is written: whoever passes the gate may read that record. */
export async function arriveAtGates(ports: ArrivalPorts, wiring: Wiring, arrival: Arrival): Promise<void> {
  const feeds = wiring.tasks[arrival.taskKey]?.feeds ?? []
  await Promise.all(feeds.map((gateId) => arriveAtGate(ports, wiring, gateId, arrival)))
}

async function arriveAtGate(ports: ArrivalPorts, wiring: Wiring, gateId: string, arrival: Arrival): Promise<void> {
  const { store } = ports
  const { execution } = arrival
  const gate = wiring.gates[gateId]
  const position = gate?.need.indexOf(arrival.taskKey) ?? -1
  if (!gate || position < 0) {
    throw new Error(`Gate "${gateId}" does not wait for "${arrival.taskKey}", which feeds it. Please report this bug.`)
  }
  const itemId = gateItemId(gateId, gate, position, arrival)
  if (itemId === null) return
  const arrived = await store.arriveAtGate(execution, itemId, position, statusAndCounts(arrival.status))
  const isOpening = !arrived.open && hasHeardEnough(wiring, gateId, gate, arrived)
  const item = isOpening ? await store.openGate(execution, itemId) : arrived
  if (item.open) await letGo(ports, wiring, item, isOpening)
}

/** Doing it although the gate was open before heals an opener that died between the flag and this. */
async function letGo(ports: ArrivalPorts, wiring: Wiring, item: GateItem, isOpening: boolean): Promise<void> {
  const { token, held } = item
  if (token !== null) await ports.releaseToken(token)
  if (held && (isOpening || !(await isAtWork(ports, wiring, held)))) {
    await ports.wake(held.fn, { ...held.call, woken: true })
  }
}

/**
 * The wake-up has arrived: it would find the task ended, or its try in the hands of a living invocation. A read is cheaper
 * than an invocation that finds out the same, and an early rule's gate has many late arrivals.
 */
async function isAtWork({ store, now }: ArrivalPorts, wiring: Wiring, { call }: HeldCall): Promise<boolean> {
  const { run } = flattenStateData(call.up)
  const record = await store.getTaskInstance(run, taskOf(wiring, call.task).taskId, call.i)
  return record !== null && (isTerminal(record.state) || (record.lease !== null && record.lease.untilMs > now()))
}

/**
 * Null: this arrival is none of the gate's business. A gate inside a mapped group has one item per index. To a gate outside,
 * one instance matters only when it alone decides the rule; what its siblings do then changes nothing any more.
 */
function gateItemId(
  gateId: string,
  { rule, must, mappedGroup }: GateWiring,
  position: number,
  { status, mapIndex = -1 }: Arrival,
): string | null {
  if (mappedGroup !== undefined) return mapIndex < 0 ? null : gateIdAt(gateId, mapIndex)
  if (mapIndex >= 0 && must?.includes(position)) return null // whoever must have come must have come as a whole
  const isTold = mapIndex < 0 || (rule && decideTriggerRule(rule, [statusOf(status), undefined]) === 'run')
  return isTold ? gateId : null
}

/** All that rules read. */
const statusAndCounts = (entry: StateEntry): StateEntry =>
  typeof entry === 'object' && entry.c ? { s: entry.s, c: entry.c } : statusOf(entry)

/** A gate without a rule waits as `all_done` does. One with a rule also waits for those who must have come. */
function hasHeardEnough(wiring: Wiring, gateId: string, gate: GateWiring, { arrived }: GateItem): boolean {
  const all = gate.need.map((_, position) => arrived[position])
  if (!gate.rule) return decideTriggerRule('all_done', all) !== 'undecided'
  if (gate.must?.some((position) => arrived[position] === undefined)) return false
  // Setups may be among those it waits for without being direct upstreams; the rule does not count those.
  const upstreams = wiring.tasks[gateId]?.upstreams ?? gate.need
  const counted = all.filter((_, position) => upstreams.includes(gate.need[position] ?? ''))
  return decideTriggerRule(gate.rule, counted) !== 'undecided'
}
