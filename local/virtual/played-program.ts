/**
 * The program of a simulated run: the DAG's own tasks and plan, with handlers that take the given time and end in the given
 * way. Inputs are left out, because played tasks read nothing; lengths of mapped arrays come from what is returned.
 */
import { getContext, type TaskDefinition } from '../../dag-compiler/define.ts'
import type { CompiledDag } from '../../dag-compiler/index.ts'
import { isLatestRun } from '../../lambdas/task-runtime/latest-only.ts'
import type { runTask } from '../../lambdas/task-runtime/run-task.ts'
import type { JsonValue } from '../../run-model/index.ts'
import { returnOf } from './return-values.ts'
import { type Outcome, outcomeOf, type Script, secondsOf } from './script.ts'

export interface Played {
  readonly outcomes: Readonly<Record<string, Script<Outcome>>>
  /** Seconds. */
  readonly durations: Readonly<Record<string, Script<number>>>
  /** By task id: what a task returns that others are mapped over. */
  readonly mapped: Readonly<Record<string, number | readonly JsonValue[]>>
}

export function playedProgram(
  dag: CompiledDag,
  played: Played,
  sleep: (seconds: number) => Promise<void>,
): Parameters<typeof runTask>[1] {
  const handlers = new Map(dag.authored.tasks.map((task) => [task.taskId, () => play(dag, played, task, sleep)]))
  const tasks = dag.authored.tasks.map((task) =>
    isPlayed(task) ? { ...task, operator: 'task' as const, inputs: {} } : task,
  )
  return {
    wiring: withPlayedTasks(dag.wiring),
    dag: { definition: { ...dag.authored, tasks }, handlers },
    operators: { latest_only: isLatestRun },
  }
}

/** An empty task is played like any other; its plan stays the same, and so does the plan's hash. */
function withPlayedTasks(wiring: CompiledDag['wiring']): CompiledDag['wiring'] {
  const tasks = Object.entries(wiring.tasks).map(
    ([key, task]) => [key, task.operator === 'empty' ? { ...task, operator: 'task' } : task] as const,
  )
  return { ...wiring, tasks: Object.fromEntries(tasks) }
}

/** Tasks whose work is a handler, or nothing. */
const isPlayed = ({ operator }: TaskDefinition): boolean => operator === 'task' || operator === 'empty'

async function play(
  dag: CompiledDag,
  { outcomes, durations, mapped }: Played,
  { taskId }: TaskDefinition,
  sleep: (seconds: number) => Promise<void>,
): Promise<JsonValue | undefined> {
  const { mapIndex, tryNumber } = getContext()
  const at = mapIndex ?? -1
  await sleep(secondsOf(own(durations, taskId), at, tryNumber))
  const outcome = outcomeOf(own(outcomes, taskId), at, tryNumber)
  if (outcome === 'success') return returnOf(dag, taskId, own(mapped, taskId))
  if (typeof outcome === 'object' && 'returns' in outcome) return outcome.returns
  if (outcome === 'crash') return new Promise(() => undefined)
  throw errorOf(outcome)
}

function errorOf(outcome: 'failed' | 'skipped' | { readonly throws: string }): Error {
  const name = outcome === 'failed' ? 'SimulatedFailure' : outcome === 'skipped' ? 'SkipTask' : outcome.throws
  return Object.assign(new Error('as the simulation was told'), { name })
}

const own = <T>(table: Readonly<Record<string, T>>, taskId: string): T | undefined =>
  Object.hasOwn(table, taskId) ? table[taskId] : undefined
