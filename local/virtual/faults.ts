/** What goes wrong on the way between machine, functions and tokens; for tests of the platform, not of DAGs. */
import type { runTask } from '../../lambdas/task-runtime/run-task.ts'
import type { TaskAnswer, TaskWaits } from '../../run-model/index.ts'

/**
 * What a call of a task comes to: its worker dies in the handler; or after the record is written, before any gate hears of
 * it; or its answer, a failure too, never arrives.
 */
export type CallFault = 'crash' | 'diesBeforeGates' | 'lostAnswer'

export interface Faults {
  /** By the task's key and the number of the call, from 1. A call that only waits at its gate does not count. */
  readonly ofCall?: (taskKey: string, call: number) => CallFault | null
  /** How many of the first `SendTaskSuccess` calls are lost. */
  readonly lostSends?: number
  /** How many of the first wake-ups of tasks at their gates are lost. */
  readonly lostWakes?: number
}

type Call = Parameters<typeof runTask>
type Answer = Promise<TaskAnswer | TaskWaits>

/** Runs the call as it goes with the fault, if there is one. */
export async function withFault(fault: CallFault | null, run: typeof runTask, call: Call): Answer {
  switch (fault) {
    case null:
      return run(...call)
    case 'crash':
      return crashing(run, call)
    case 'diesBeforeGates':
      return run(deafToGates(call[0]), call[1], call[2], call[3])
    case 'lostAnswer':
      await run(...call).catch(() => undefined)
      throw connectionCut()
  }
}

/** The worker claims its try, starts its handler and is gone: no alarm of it rings, nothing of it goes on. */
function crashing(run: typeof runTask, [ports, program, call, invocation]: Call): Answer {
  let dies: (error: Error) => void = () => undefined
  const death = new Promise<never>((_, reject) => {
    dies = reject
  })
  const handler = () => {
    dies(named('Runtime.ExitError', 'the worker died'))
    return new Promise(() => undefined)
  }
  const handlers = new Map([...program.dag.handlers.keys()].map((taskId) => [taskId, handler]))
  const dead = { ...ports, alarm: () => () => undefined }
  return Promise.race([run(dead, { ...program, dag: { ...program.dag, handlers } }, call, invocation), death])
}

const deafToGates = (ports: Call[0]): Call[0] => ({
  ...ports,
  store: { ...ports.store, arriveAtGate: () => Promise.reject(connectionCut()) },
})

/** As Step Functions reports it. */
const connectionCut = (): Error => named('Lambda.SdkClientException', 'the connection was cut')

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })
