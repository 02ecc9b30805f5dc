/** Runs the author's handler with its inputs, its context and its limits. A sensor's handler is asked as its options say. */
import { pokeSensor } from './poke-sensor.ts'
import type { TaskPorts, TaskProgram } from './ports.ts'
import { resolveTaskInputs } from './resolve-task-inputs.ts'
import { runInContext } from './run-in-context.ts'
import type { Try } from './run-try.ts'
import { runWithLimits } from './run-with-limits.ts'
import { withServiceResults } from './service-results.ts'
import { taskClient } from './task-client.ts'
import { taskContext } from './task-context.ts'
import { definitionOf } from './task-definition.ts'
import { tryLog } from './try-log.ts'

/** @returns what the handler returned. */
export async function runHandler(ports: TaskPorts, program: TaskProgram, attempt: Try): Promise<unknown> {
  const { situation, running, lease, invocation } = attempt
  const handler = program.dag.handlers.get(running.taskId)
  if (!handler) throw new Error(`The bundle has no handler for task "${running.taskId}". Please report this bug.`)
  const { options } = definitionOf(program, running.taskId)
  // The author's function was declared for these inputs.
  const stored = withServiceResults(ports.store, program.wiring, situation.entryOf)
  const inputs = (await resolveTaskInputs(stored, program, running)) as never
  const limits = {
    executionTimeoutSeconds: situation.task.executionTimeout,
    deadlineMs: invocation.deadlineMs,
    stopped: lease.stopped,
  }
  const ended = new AbortController()
  try {
    return await runWithLimits(ports, limits, async (signal) => {
      const context = taskContext({ ...ports, log: tryLog(ports, attempt) }, situation.run, running, signal)
      const client = taskClient(ports, { run: situation.run, running, lease, ended: ended.signal })
      const call = () => runInContext({ context, client }, async () => handler(inputs))
      return options?.kind === 'sensor' ? pokeSensor(ports, { options, running, signal }, call) : call()
    })
  } finally {
    ended.abort()
  }
}
