/**
 * What a machine talks to when every task succeeds: a task lasts as long as the corpus says, then reports to its gates; a
 * gate waits until all it needs have reported. Gates and tasks are those of the wiring; the rest is the emitted definition.
 */
import type { Wiring } from '../../run-model/index.ts'
import type { Outcome, Service } from '../../test/compiler/support/interpreter.ts'
import type { VirtualClock } from '../../test/compiler/support/virtual-clock.ts'

export interface Platform extends Service {
  /** Task key → when it ended. */
  readonly ends: ReadonlyMap<string, number>
  /** Task key → when it started. */
  readonly starts: ReadonlyMap<string, number>
}

/** @param seconds by task key */
export function happyPlatform(
  clock: VirtualClock,
  seconds: ReadonlyMap<string, number>,
  wiring: Pick<Wiring, 'tasks' | 'gates'> = { tasks: {}, gates: {} },
): Platform {
  const starts = new Map<string, number>()
  const ends = new Map<string, number>()
  const missing = new Map(Object.entries(wiring.gates).map(([id, gate]) => [id, gate.need.length]))
  const waiting = new Map<string, (outcome: Outcome) => void>()

  const runTask = (key: string, done: (outcome: Outcome) => void) => {
    if (starts.has(key)) throw new Error(`task ${key} was started twice`)
    starts.set(key, clock.nowSeconds())
    clock.after(seconds.get(key)!, async () => {
      ends.set(key, clock.nowSeconds())
      for (const gate of wiring.tasks[key]?.feeds ?? []) arrive(gate)
      done({ result: { Payload: { s: 'success' } } })
    })
  }
  const arrive = (gate: string) => {
    missing.set(gate, missing.get(gate)! - 1)
    if (missing.get(gate) === 0) waiting.get(gate)?.({ result: {} })
  }
  const enterGate = (gate: string, done: (outcome: Outcome) => void) => {
    if (missing.get(gate) === 0) done({ error: 'DynamoDb.ConditionalCheckFailedException' })
    else waiting.set(gate, done)
  }
  return {
    starts,
    ends,
    async start({ resource, args }, done) {
      if (resource.includes('updateItem')) {
        const { Key }: { Key: { sk: { S: string } } } = args
        return enterGate(Key.sk.S, done)
      }
      const { FunctionName, Payload }: { FunctionName: string; Payload: { task: string } } = args
      if (FunctionName === '${Finalizer}') done({ result: { Payload: null } })
      else runTask(Payload.task, done)
    },
  }
}
