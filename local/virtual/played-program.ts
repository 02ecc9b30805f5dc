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
  script: Played,
  sleep: (seconds: number) => Promise<void>,
): Parameters<typeof runTask>[1] {
  const calls = new Map<string, number>()
  const handlers = new Map(
    dag.authored.tasks.map((task) => [task.taskId, () => play(dag, script, task, { sleep, pokes: calls })]),
  )
  const tasks = dag.authored.tasks.map((task) => (isPlayed(task) ? asHandler(task) : task))
  return {
    wiring: withPlayedTasks(dag),
    dag: { definition: { ...dag.authored, tasks }, handlers },
    operators: { latest_only: isLatestRun },
  }
}

/** Tasks that become a handler here: their own, nothing, or work outside that takes the given time. */
const played = new Set<TaskDefinition['operator']>(['task', 'empty', 'human_input', 'deferrable', 'trigger_dag_run'])

const isPlayed = ({ operator }: TaskDefinition): boolean => played.has(operator)

function asHandler({ options: _, ...task }: TaskDefinition): TaskDefinition {
  return { ...task, operator: 'task', inputs: {} }
}

/** The plan stays the same, and so does its hash: a machine calls these tasks as it calls their originals. */
function withPlayedTasks(dag: CompiledDag): CompiledDag['wiring'] {
  const ids = new Set(dag.authored.tasks.filter(isPlayed).map(({ taskId }) => taskId))
  const tasks = Object.entries(dag.wiring.tasks).map(
    ([key, task]) => [key, ids.has(task.taskId) ? { ...task, operator: 'task' } : task] as const,
  )
  return { ...dag.wiring, tasks: Object.fromEntries(tasks) }
}

interface Stage {
  readonly sleep: (seconds: number) => Promise<void>
  /** Calls of a task instance so far. */
  readonly pokes: Map<string, number>
}

async function play(
  dag: CompiledDag,
  { outcomes, durations, mapped }: Played,
  { taskId, operator }: TaskDefinition,
  { sleep, pokes }: Stage,
): Promise<JsonValue | undefined> {
  const { mapIndex, tryNumber } = getContext()
  const at = mapIndex ?? -1
  const place = `${taskId}#${at}`
  pokes.set(place, (pokes.get(place) ?? 0) + 1)
  // Whoever writes a list for a sensor writes one outcome per poke.
  const turn = operator === 'sensor' ? pokes.get(place)! : tryNumber
  await sleep(secondsOf(own(durations, taskId), at, turn))
  const outcome = outcomeOf(own(outcomes, taskId), at, turn)
  if (outcome === 'success') return returnOf(dag, taskId, own(mapped, taskId))
  if (typeof outcome === 'object' && 'returns' in outcome) return outcome.returns
  throw errorOf(outcome)
}

function errorOf(outcome: 'failed' | 'skipped' | { readonly throws: string }): Error {
  const name = outcome === 'failed' ? 'SimulatedFailure' : outcome === 'skipped' ? 'SkipTask' : outcome.throws
  return Object.assign(new Error('as the simulation was told'), { name })
}

const own = <T>(table: Readonly<Record<string, T>>, taskId: string): T | undefined =>
  Object.hasOwn(table, taskId) ? table[taskId] : undefined
