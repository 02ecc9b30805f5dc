/**
 * Gates of running executions. Arrival and opener write the same item, so DynamoDB orders them: the later of the two sees
 * the other (compiler design §6.2). The machine's gate state writes `tok` to this item itself.
 */
import { type GateItem, type ItemKey, keys, type RunStore, type StateEntry } from '../../run-model/index.ts'
import type { Expression, Item, RunTable } from './table.ts'

/** An execution lives at most one year (Step Functions quota) and can be redriven for 14 days. */
const gateLifeSeconds = 380 * 86_400

export function gateStore(table: RunTable, now: () => number): Pick<RunStore, 'arriveAtGate' | 'openGate' | 'getGate'> {
  return {
    /** Idempotent: each upstream has its own attribute and always the same status. */
    arriveAtGate(execution, gate, position, entry) {
      return change(keys.gate(execution, gate), { text: `#s${position} = :status`, values: { ':status': entry } })
    },
    /** Idempotent: a flag, not a count. */
    openGate(execution, gate) {
      return change(keys.gate(execution, gate), { text: '#open = :open', values: { ':open': true } })
    },
    async getGate(execution, gate) {
      const key = keys.gate(execution, gate)
      return gateOf((await table.get(key)) ?? key)
    },
  }

  async function change(key: ItemKey, assignment: Expression): Promise<GateItem> {
    const item = await table.update(key, {
      text: `SET ${assignment.text}, #expiresAt = if_not_exists(#expiresAt, :expiry)`,
      values: { ...assignment.values, ':expiry': Math.floor(now() / 1000) + gateLifeSeconds },
    })
    return gateOf(item ?? key)
  }
}

function gateOf(item: Item | ItemKey): GateItem {
  const { open, tok, ...rest }: Record<string, unknown> = { ...item }
  const arrived = Object.entries(rest).flatMap(([name, value]) => {
    const position = /^s(\d+)$/.exec(name)?.[1]
    return position === undefined ? [] : [[Number(position), value as StateEntry] as const] // written by arriveAtGate
  })
  return { arrived: Object.fromEntries(arrived), open: open === true, token: typeof tok === 'string' ? tok : null }
}
