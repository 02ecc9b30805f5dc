/** A compiled DAG in virtual time with handlers of a test's own. Workers crash and answers get lost as the test says. */
import { createHash } from 'node:crypto'
import { type CompiledDag, compile, type DagDefinition } from '../../../dag-compiler/index.ts'
import type { CallFault } from '../../../local/virtual/faults.ts'
import { type VirtualRun, virtualRun } from '../../../local/virtual/virtual-run.ts'
import { runningRun } from './scene.ts'

export type Fault = CallFault

export interface WholeRun extends VirtualRun {
  readonly dag: CompiledDag
  /** Virtual time from start to end; infinite when it never ends. */
  readonly seconds: number
}

/** What a task does. `sleep` takes virtual seconds. */
export type Handler = (
  taskId: string,
  sleep: (seconds: number) => Promise<void>,
  inputs: Readonly<Record<string, unknown>>,
) => unknown

/** @param faultOf by the task's id and the number of the call that is its turn, from 1 */
export async function runWhole(
  definition: DagDefinition,
  handler: Handler,
  faultOf: (taskId: string, call: number) => Fault | null = () => null,
): Promise<WholeRun> {
  const dag = compiled(definition)
  const run = { ...runningRun, dagId: definition.dagId, planHash: dag.wiring.hash }
  const ended = await virtualRun(dag, {
    run,
    program: (sleep) => ({
      wiring: dag.wiring,
      dag: {
        definition: dag.authored,
        handlers: new Map(
          definition.tasks.map(({ taskId }) => [
            taskId,
            (inputs: Readonly<Record<string, unknown>>) => handler(taskId, sleep, inputs),
          ]),
        ),
      },
    }),
    services: () => async () => ({}),
    faults: { ofCall: faultOf },
  })
  const seconds = ended.endedAtMs === null ? Number.POSITIVE_INFINITY : ended.endedAtMs - Date.parse(run.startDate)
  return { ...ended, dag, seconds: seconds / 1000 }
}

function compiled(definition: DagDefinition): CompiledDag {
  const { dag, problems } = compile(definition, { sha256: (text) => createHash('sha256').update(text).digest('hex') })
  if (!dag) throw new Error(JSON.stringify(problems))
  return dag
}
