/**
 * What a compiled DAG calls, in memory: task functions that keep their results (memo), a table of gates, the finalizer.
 * It survives the engine, as DynamoDB survives a crash of the local world. Every rule is all_success.
 */
import { keys, type Wiring } from '../../run-model/index.ts'
import { errorNamed } from './harness.ts'

export interface RuntimeOptions {
  /** Tasks that fail at every try. */
  readonly failing?: ReadonlySet<string>
  /** Called after a task's effect is done and before its answer is on its way. */
  readonly afterCommit?: (task: string) => void
}

export interface FakeRuntime {
  /** Task key → how often its side effect happened. */
  readonly effects: ReadonlyMap<string, number>
  readonly statuses: ReadonlyMap<string, string>
  /** Order of effects. */
  readonly order: readonly string[]
  invoke(target: string, event: unknown, send: SendSuccess): Promise<unknown>
  updateItem(args: unknown): unknown
}

type SendSuccess = (token: string) => Promise<void>

interface GateItem {
  readonly arrived: Set<string>
  open: boolean
  token: string | null
}

export function createFakeRuntime(
  wiring: Wiring,
  { failing = new Set(), afterCommit }: RuntimeOptions = {},
): FakeRuntime {
  const effects = new Map<string, number>()
  const statuses = new Map<string, string>()
  const order: string[] = []
  const gates = new Map<string, GateItem>()

  const gateAt = (pk: string, sk: string): GateItem => {
    const present = gates.get(`${pk} ${sk}`) ?? { arrived: new Set(), open: false, token: null }
    gates.set(`${pk} ${sk}`, present)
    return present
  }

  async function arrive(x: string, task: string, send: SendSuccess): Promise<void> {
    for (const id of wiring.tasks[task]!.feeds) {
      const { pk, sk } = keys.gate(x, id)
      const item = gateAt(pk, sk)
      item.arrived.add(task)
      item.open ||= wiring.gates[id]!.need.every((need) => item.arrived.has(need))
      if (item.open && item.token !== null) await send(item.token)
    }
  }

  async function runTask(call: { x: string; task: string; up: unknown; do?: string }, send: SendSuccess) {
    const { x, task, up } = call
    if (!statuses.has(task)) statuses.set(task, decide(task, { ...Object.fromEntries(statuses), ...flatten(up) }))
    const status = statuses.get(task)!
    if (status === 'failed') throw errorNamed('Broken', `${task} is broken`)
    await arrive(x, task, send)
    afterCommit?.(task)
    if (call.do === 'end') endRun()
    return { s: status }
  }

  function decide(task: string, known: Readonly<Record<string, unknown>>): string {
    const upstream = wiring.tasks[task]!.upstreams.map((one) => known[one])
    if (upstream.some((one) => one === undefined))
      throw new Error(`${task} starts before ${wiring.tasks[task]!.upstreams}`)
    if (upstream.some((one) => one === 'failed' || one === 'upstream_failed')) return 'upstream_failed'
    if (failing.has(task)) return 'failed'
    effects.set(task, (effects.get(task) ?? 0) + 1)
    order.push(task)
    return 'success'
  }

  async function finalizer(call: { do: string; x: string; st: Readonly<Record<string, unknown>> }, send: SendSuccess) {
    if (call.do === 'arrive') {
      for (const [task, status] of Object.entries(call.st)) {
        if (!statuses.has(task)) statuses.set(task, String(status))
        await arrive(call.x, task, send)
      }
      return {}
    }
    endRun()
    return {}
  }

  function endRun(): void {
    const failed = wiring.leaves.some((leaf) => statuses.get(leaf) !== 'success')
    if (failed) throw errorNamed('DagRunFailed', 'a leaf failed')
  }

  return {
    effects,
    statuses,
    order,
    async invoke(target, event, send) {
      // Both shapes are what the compiler emits, checked by its own golden files.
      if (target === 'finalizer') return finalizer(event as Parameters<typeof finalizer>[0], send)
      return runTask(event as Parameters<typeof runTask>[0], send)
    },
    updateItem(args) {
      const { Key, ExpressionAttributeValues } = args as {
        Key: { pk: { S: string }; sk: { S: string } }
        ExpressionAttributeValues: { ':t': { S: string } }
      }
      const item = gateAt(Key.pk.S, Key.sk.S)
      if (item.open) throw errorNamed('ConditionalCheckFailedException', 'The conditional request failed')
      item.token = ExpressionAttributeValues[':t'].S
      return {}
    },
  }
}

/** Inner frames win. */
function flatten(up: unknown): Record<string, unknown> {
  if (typeof up !== 'object' || up === null) return {}
  const { '^': outer, ...own } = up as Record<string, unknown>
  return { ...flatten(outer), ...own }
}
