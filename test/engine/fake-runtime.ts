/**
 * What a compiled DAG calls, in memory: task functions that keep their results (memo), a table of gates, the finalizer.
 * It survives the engine, as DynamoDB survives a crash of the local world. Every rule is all_success.
 */
import { gateIdAt, keys, type Wiring } from '../../run-model/index.ts'
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
  invoke(target: string, event: unknown, send: Send): Promise<unknown>
  updateItem(args: unknown): unknown
  /** Events that were accepted and are not known to be dealt with are delivered again, as after a restart of the world. */
  redeliver(send: Send): void
}

/** Tells a token how its task ended: its output as JSON text, or the error's name. Stale tokens are no error. */
type Send = (token: string, end: { readonly output: string } | { readonly error: string }) => Promise<void>

interface TaskCall {
  readonly x: string
  readonly task: string
  readonly up: unknown
  readonly do?: string
  readonly i?: number
  /** The task holds its own gate: its first call waits there, and a woken one answers the token. */
  readonly gate?: true
  readonly token?: string
  readonly woken?: true
}

interface GateItem {
  readonly arrived: Set<string>
  open: boolean
  token: string | null
  held: TaskCall | null
}

export function createFakeRuntime(
  wiring: Wiring,
  { failing = new Set(), afterCommit }: RuntimeOptions = {},
): FakeRuntime {
  const effects = new Map<string, number>()
  const statuses = new Map<string, string>()
  const order: string[] = []
  const gates = new Map<string, GateItem>()
  const accepted = new Set<TaskCall>()

  const gateAt = (pk: string, sk: string): GateItem => {
    const present = gates.get(`${pk} ${sk}`) ?? { arrived: new Set(), open: false, token: null, held: null }
    gates.set(`${pk} ${sk}`, present)
    return present
  }

  async function arrive(x: string, task: string, send: Send): Promise<void> {
    for (const id of wiring.tasks[task]!.feeds) {
      const { pk, sk } = keys.gate(x, id)
      const item = gateAt(pk, sk)
      item.arrived.add(task)
      item.open ||= wiring.gates[id]!.need.every((need) => item.arrived.has(need))
      if (!item.open) continue
      if (item.token !== null) await send(item.token, { output: '{}' })
      if (item.held !== null) wake(item.held, send)
    }
  }

  /** An event: whoever opens the gate does not wait for what it does. */
  function wake(call: TaskCall, send: Send): void {
    accepted.add(call)
    void runWoken(call, send).then(() => accepted.delete(call))
  }

  async function runWoken(call: TaskCall, send: Send): Promise<void> {
    const end = await runTask({ ...call, woken: true }, send).then(
      (answer) => ({ output: JSON.stringify(answer) }),
      (error: Error) => ({ error: error.name }),
    )
    await send(call.token!, end)
  }

  async function runOrHold(call: TaskCall, send: Send): Promise<unknown> {
    if (!call.gate || call.woken) return runTask(call, send)
    const { pk, sk } = keys.gate(call.x, call.i === undefined ? call.task : gateIdAt(call.task, call.i))
    const item = gateAt(pk, sk)
    if (!item.open) {
      item.held = call
      return { waits: true }
    }
    const answer = await runTask(call, send)
    await send(call.token!, { output: JSON.stringify(answer) })
    return answer
  }

  async function runTask(call: TaskCall, send: Send) {
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

  async function finalizer(call: { do: string; x: string; st: Readonly<Record<string, unknown>> }, send: Send) {
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
      return runOrHold(event as TaskCall, send)
    },
    redeliver(send) {
      for (const call of [...accepted]) wake(call, send)
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
