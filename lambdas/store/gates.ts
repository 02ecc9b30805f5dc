/**
 * Gates of running executions. Arrival and opener write the same item, so DynamoDB orders them: the later of the two sees
 * the other (compiler design §6.2). A state that is only a gate writes `tok` to this item itself; a task that holds its own
 * gate is called, and leaves its call here.
 */
import {
  type GateItem,
  type HeldCall,
  type ItemKey,
  keys,
  type RunStore,
  type StateEntry,
  type TaskCall,
} from '../../run-model/index.ts'
import type { Expression, Item, RunTable } from './table.ts'

/** An execution lives at most one year (Step Functions quota) and can be redriven for 14 days. */
const gateLifeSeconds = 380 * 86_400

type GateStore = Pick<RunStore, 'arriveAtGate' | 'openGate' | 'holdGate' | 'getGate'>

export function gateStore(table: RunTable, now: () => number): GateStore {
  return {
    /** Idempotent: each upstream has its own attribute and always the same status. */
    async arriveAtGate(execution, gate, position, entry) {
      const key = keys.gate(execution, gate)
      return gateOf((await change(key, { text: `#s${position} = :status`, values: { ':status': entry } })) ?? key)
    },
    /** Idempotent: a flag, not a count. */
    async openGate(execution, gate) {
      const key = keys.gate(execution, gate)
      return gateOf((await change(key, { text: '#open = :open', values: { ':open': true } })) ?? key)
    },
    /** The newest call wins: its token is the one that the machine waits for. As one text, it costs what it is long. */
    async holdGate(execution, gate, { fn, call }) {
      const values = { ':fn': fn, ':call': JSON.stringify(call) }
      const closed = { text: 'attribute_not_exists(#open)' }
      return (await change(keys.gate(execution, gate), { text: '#fn = :fn, #call = :call', values }, closed)) !== null
    },
    async getGate(execution, gate) {
      const key = keys.gate(execution, gate)
      return gateOf((await table.get(key)) ?? key)
    },
  }

  /** Null: the condition did not hold. */
  function change(key: ItemKey, assignment: Expression, condition?: Expression): Promise<Item | null> {
    const update = {
      text: `SET ${assignment.text}, #expiresAt = if_not_exists(#expiresAt, :expiry)`,
      values: { ...assignment.values, ':expiry': Math.floor(now() / 1000) + gateLifeSeconds },
    }
    return table.update(key, update, condition)
  }
}

function gateOf(item: Item | ItemKey): GateItem {
  const { open, tok, fn, call, ...rest }: Record<string, unknown> = { ...item }
  const arrived = Object.entries(rest).flatMap(([name, value]) => {
    const position = /^s(\d+)$/.exec(name)?.[1]
    return position === undefined ? [] : [[Number(position), value as StateEntry] as const] // written by arriveAtGate
  })
  return {
    arrived: Object.fromEntries(arrived),
    open: open === true,
    token: typeof tok === 'string' ? tok : null,
    held: heldOf(fn, call),
  }
}

function heldOf(fn: unknown, call: unknown): HeldCall | null {
  if (typeof fn !== 'string' || typeof call !== 'string') return null
  return { fn, call: JSON.parse(call) as TaskCall } // written by holdGate
}
