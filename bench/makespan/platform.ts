/**
 * What a machine talks to when every task succeeds: a task lasts as long as the corpus says, then reports to its gates; a
 * gate, or a task that holds its own, waits until all it needs have reported. Gates and tasks are those of the wiring; the
 * rest is the emitted definition.
 */
import type { Stage, Surroundings } from '../../local/virtual/virtual-machine.ts'
import { targets } from '../../local/virtual/virtual-platform.ts'
import type { FinalizerCall, TaskCall, Wiring } from '../../run-model/index.ts'

export interface Platform {
  readonly surround: (stage: Stage) => Surroundings
  /** Task key → when it ended, seconds. */
  readonly ends: ReadonlyMap<string, number>
  /** Task key → when it started, seconds. */
  readonly starts: ReadonlyMap<string, number>
}

/** @param now seconds; @param seconds by task key */
export function happyPlatform(
  now: () => number,
  seconds: ReadonlyMap<string, number>,
  wiring: Pick<Wiring, 'tasks' | 'gates'>,
): Platform {
  const starts = new Map<string, number>()
  const ends = new Map<string, number>()
  const missing = new Map(Object.entries(wiring.gates).map(([id, gate]) => [id, gate.need.length]))
  /** What waits at a gate. */
  const waiting = new Map<string, () => void>()

  const surround = ({ sleep, call, counted }: Stage): Surroundings => {
    const answer = (taskToken: string, output: object) =>
      call('SendTaskSuccess', { taskToken, output: JSON.stringify(output) })
    const runTask = async ({ task, token }: Pick<TaskCall, 'task' | 'token'>) => {
      if (starts.has(task)) throw new Error(`task ${task} was started twice`)
      starts.set(task, now())
      await sleep(seconds.get(task)!)
      ends.set(task, now())
      for (const gate of wiring.tasks[task]?.feeds ?? []) arrive(gate)
      if (token !== undefined) await answer(token, { s: 'success' })
      return { s: 'success' }
    }
    const arrive = (gate: string) => {
      missing.set(gate, missing.get(gate)! - 1)
      if (missing.get(gate) === 0) waiting.get(gate)?.()
    }
    return {
      async lambda(target, event: TaskCall | FinalizerCall) {
        if (target === targets.Finalizer) return null
        const taskCall = event as TaskCall // what a machine sends to the other function
        if (!taskCall.gate || missing.get(taskCall.task) === 0) return runTask(taskCall)
        waiting.set(taskCall.task, () => void counted(runTask(taskCall)))
        return { waits: true }
      },
      async service(_service, _action, args) {
        const { Key, ExpressionAttributeValues } = args as GateArguments // the only service call of a machine without data
        const gate = Key.sk.S
        if (missing.get(gate) === 0) throw Object.assign(new Error('open'), { name: 'ConditionalCheckFailedException' })
        waiting.set(gate, () => void counted(answer(ExpressionAttributeValues[':t'].S, {})))
        return {}
      },
    }
  }
  return { starts, ends, surround }
}

interface GateArguments {
  readonly Key: { readonly sk: { readonly S: string } }
  readonly ExpressionAttributeValues: { readonly ':t': { readonly S: string } }
}
