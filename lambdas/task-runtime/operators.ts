/**
 * What a try of each kind of operator does that every bundle holds; `latest_only` brings a library and is in bundles that use it. Kinds without an entry have no wrapper: Step Functions calls the service
 * itself. An operator answers what the task returned; whatever it throws is the end of the try.
 */
import { askHuman } from './ask-human.ts'
import type { TaskDefinition } from './ports.ts'
import { runHandler } from './run-handler.ts'
import type { Operate } from './run-try.ts'
import { TaskDeferred } from './task-deferred.ts'
import { triggerRun } from './trigger-run.ts'

export const operators: Partial<Record<TaskDefinition['operator'], Operate>> = {
  task: runHandler,
  sensor: runHandler,
  empty: async () => undefined,
  human_input: askHuman,
  trigger_dag_run: triggerRun,
  // The handler started what the task waits for.
  async deferrable(ports, program, attempt) {
    await runHandler(ports, program, attempt)
    throw new TaskDeferred({ state: 'deferred' })
  },
}
