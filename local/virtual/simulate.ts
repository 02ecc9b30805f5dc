/**
 * A DAG author's unit test: compiles the DAG and runs what the compiler emits with a clock that jumps. The machine, the rules
 * and the records are those of production; only the work of tasks is played.
 */
import { createHash } from 'node:crypto'
import { type Dag, readDag } from '../../dag-compiler/define.ts'
import { type CompiledDag, compile, renderProblem } from '../../dag-compiler/index.ts'
import { executionName, type JsonObject, type JsonValue, type RunningRun } from '../../run-model/index.ts'
import { countsOf, type ExecutionCounts } from './count-history.ts'
import type { Faults } from './faults.ts'
import { playServices } from './play-services.ts'
import { playedProgram } from './played-program.ts'
import { type SimulatedTask, tasksOf } from './read-tasks.ts'
import type { Outcome, Script } from './script.ts'
import { virtualRun } from './virtual-run.ts'

export interface SimulateOptions {
  /** By task id: how tries end. @default success */
  readonly outcomes?: Readonly<Record<string, Script<Outcome>>>
  /** By task id: seconds of a try. @default 1 */
  readonly durations?: Readonly<Record<string, Script<number>>>
  /** By id of a task that others are mapped over: the array it returns, or its length. @default 1 */
  readonly mapped?: Readonly<Record<string, number | readonly JsonValue[]>>
  /** @default {} */
  readonly conf?: JsonObject
  /** RFC 3339, or null for a run without one. @default 2026-01-01T00:00:00Z; the run starts then */
  readonly logicalDate?: string | null
  /** Lost answers and wake-ups; for tests of the platform, not of DAGs. @default none */
  readonly faults?: Faults
}

export interface Simulation {
  readonly state: 'success' | 'failed'
  /** By task id. */
  readonly tasks: Readonly<Record<string, SimulatedTask>>
  /** Seconds from the start of the run to its end. */
  readonly makespan: number
  /** State transitions that AWS would charge, those of child executions included. */
  readonly transitions: number
  /** Events in the history of the run's own execution (25,000 at most, a quota of Step Functions). */
  readonly events: number
  /** The run's own execution first; there are more only when the DAG is too large for one machine. */
  readonly executions: readonly ExecutionCounts[]
}

/**
 * @throws Error with every problem of the DAG when one of them is an error; or when the run never ends.
 * @example const { state, tasks } = await simulate(dag, { outcomes: { load: ['failed', 'success'] } })
 */
export async function simulate(dag: Dag | CompiledDag, options: SimulateOptions = {}): Promise<Simulation> {
  const compiled = 'definitionText' in dag ? dag : compiledFrom(dag)
  requireKnown(compiled, options)
  const { outcomes = {}, durations = {}, mapped = {}, faults } = options
  const run = runOf(compiled, options)
  const ended = await virtualRun(compiled, {
    run,
    program: (sleep) => playedProgram(compiled, { outcomes, durations, mapped }, sleep),
    services: (sleep) => playServices(compiled, { outcomes, durations }, sleep),
    ...(faults ? { faults } : {}),
  })
  const { state } = ended.run
  if (ended.endedAtMs === null || (state !== 'success' && state !== 'failed'))
    throw new Error(`The run of DAG "${compiled.dagId}" does not end. Please report this bug.`)
  const startMs = Date.parse(run.startDate)
  const executions = ended.histories.map(countsOf)
  return {
    state,
    tasks: tasksOf(compiled, ended.records, startMs),
    makespan: (ended.endedAtMs - startMs) / 1000,
    transitions: executions.reduce((sum, { transitions }) => sum + transitions, 0),
    events: executions[0]?.events ?? 0,
    executions,
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function compiledFrom(dag: Dag): CompiledDag {
  const { dag: compiled, problems } = compile(readDag(dag).definition, { sha256 })
  if (!compiled) throw new Error(problems.map((problem) => renderProblem(problem)).join('\n\n'))
  return compiled
}

/** A misspelt id would silently play the default. */
function requireKnown(dag: CompiledDag, { outcomes, durations, mapped }: SimulateOptions): void {
  const ids = new Set(dag.authored.tasks.map(({ taskId }) => taskId))
  const named = [outcomes, durations, mapped].flatMap((table) => Object.keys(table ?? {}))
  const unknown = [...new Set(named.filter((id) => !ids.has(id)))]
  if (unknown.length === 0) return
  const tasks = [...ids].join(', ')
  throw new Error(
    `DAG "${dag.dagId}" has no task ${unknown.map((id) => `"${id}"`).join(', ')}; its tasks are ${tasks}.`,
  )
}

function runOf(dag: CompiledDag, { conf = {}, logicalDate = '2026-01-01T00:00:00Z' }: SimulateOptions): RunningRun {
  const startDate = new Date(logicalDate ?? '2026-01-01T00:00:00Z').toISOString()
  const ref = { dagId: dag.dagId, runId: `manual__${startDate}` }
  const name = executionName(ref, 1, sha256)
  return {
    ...ref,
    runType: 'manual',
    triggeredBy: 'test',
    runAfter: startDate,
    logicalDate: logicalDate === null ? null : startDate,
    dataInterval: logicalDate === null ? null : { start: startDate, end: startDate },
    conf,
    note: null,
    queuedAt: startDate,
    state: 'running',
    startDate,
    dagVersion: 1,
    bundleVersion: null,
    planHash: dag.wiring.hash,
    execution: { arn: `arn:aws:states:us-east-1:000000000000:execution:dag:${name}`, name, attempt: 1 },
  }
}
