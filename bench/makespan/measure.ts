/**
 * One DAG → what its run costs and how long it takes, for our plan and for level barriers. Our machine is run as emitted, with
 * a virtual clock, and every start is checked against the edges as given; what barriers cost follows from the levels.
 */
import type { CompiledDag } from '../../dag-compiler/index.ts'
import { compile } from '../../dag-compiler/index.ts'
import { createVirtualClock } from '../../local/clock.ts'
import { countsOf, type ExecutionCounts } from '../../local/virtual/count-history.ts'
import { runMachine } from '../../local/virtual/virtual-machine.ts'
import { type DeployedMachine, deployed } from '../../local/virtual/virtual-run.ts'
import { type CorpusDag, definitionOf, edgesByPosition, sha256, taskIdAt } from '../corpus.ts'
import { criticalPathOf, levelsOf, shapeOf } from '../shape.ts'
import { happyPlatform, type Platform } from './platform.ts'

export interface Row {
  readonly id: string
  readonly tasks: number
  readonly transitions: number
  /** In the longest history. */
  readonly events: number
  /** Machines that a run needs: 1 unless the DAG is split. */
  readonly machines: number
  /** Of the largest machine. */
  readonly definitionBytes: number
  readonly parallels: number
  readonly gates: number
  /** Seconds, like `criticalPath` and `barrierMakespan`. */
  readonly makespan: number
  readonly criticalPath: number
  readonly barrierMakespan: number
  readonly barrierTransitions: number
  readonly compileMs: number
}

/** A DAG that does not compile at all has no row, only this. */
export interface Refusal {
  readonly id: string
  readonly tasks: number
  readonly refused: string
}

/**
 * Longer runs are played faster, so that no task outlasts a Lambda and no gate re-arms: what an hour-long task needs beside
 * a Lambda is another question. Halving is exact in binary, so results are multiplied back without an error.
 */
const longestRunSeconds = 800

export async function measure(dag: CorpusDag): Promise<Row | Refusal> {
  const { id } = dag
  const startedAt = performance.now()
  const { dag: compiled, problems } = compile(definitionOf(dag), { sha256 })
  const compileMs = performance.now() - startedAt
  if (!compiled) {
    const codes = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)
    return { id, tasks: dag.tasks.length, refused: codes.join(', ') }
  }

  const shape = shapeOf(dag.tasks.length, edgesByPosition(dag))
  const levels = levelsOf(shape)
  const given = dag.tasks.map((task) => task.duration_s)
  let speed = 1
  const barrierMakespan = barrierSeconds(levels, given)
  while (barrierMakespan / speed > longestRunSeconds) speed *= 2
  const seconds = new Map(given.map((each, position) => [taskIdAt(position), each / speed]))

  const ours = await play(deployed(compiled), (now) => happyPlatform(now, seconds, compiled.wiring))
  refuseEarlyStarts(dag, ours.platform)
  return {
    id,
    tasks: dag.tasks.length,
    transitions: ours.executions.reduce((sum, one) => sum + one.transitions, 0),
    events: Math.max(...ours.executions.map(({ events }) => events)),
    ...pick(compiled),
    makespan: ours.seconds * speed,
    criticalPath: criticalPathOf(shape, given),
    barrierMakespan,
    barrierTransitions: barrierTransitions(levels),
    compileMs: Math.round(compileMs * 100) / 100,
  }
}

function pick({ numbers, children = [] }: CompiledDag) {
  const all = [numbers, ...children.map((child) => child.numbers)]
  return {
    machines: all.length,
    definitionBytes: Math.max(...all.map(({ definitionBytes }) => definitionBytes)),
    parallels: numbers.parallels,
    gates: numbers.gates,
  }
}

/**
 * The baseline is what compilers emit that put a barrier after every level: a level of one task is a Task, any other a
 * Parallel with a branch per task; a finalizer ends the run.
 */
const barrierTransitions = (levels: readonly (readonly number[])[]): number =>
  levels.reduce((sum, { length }) => sum + (length === 1 ? 1 : length + 1), 1)

const barrierSeconds = (levels: readonly (readonly number[])[], seconds: readonly number[]): number =>
  levels.reduce((total, tasks) => total + tasks.reduce((longest, task) => Math.max(longest, seconds[task]!), 0), 0)

interface Played {
  readonly seconds: number
  readonly executions: readonly ExecutionCounts[]
  readonly platform: Platform
}

async function play(machine: DeployedMachine, platformOf: (now: () => number) => Platform): Promise<Played> {
  const clock = createVirtualClock(0)
  const platform = platformOf(() => clock.now() / 1000)
  const run = { executionName: 'bench', input: { '^run': { dagId: 'a_dag', runId: 'bench' } } }
  const { status, endedAtMs, histories } = await runMachine(clock, { ...machine, ...run }, platform.surround)
  if (status !== 'SUCCEEDED' || endedAtMs === null) throw new Error(`the run ended ${status}`)
  return { seconds: endedAtMs / 1000, executions: histories.map(countsOf), platform }
}

function refuseEarlyStarts({ tasks, edges }: CorpusDag, { starts, ends }: Platform): void {
  if (ends.size !== tasks.length) throw new Error(`${tasks.length - ends.size} tasks did not run`)
  const key = new Map(tasks.map((task, position) => [task.id, taskIdAt(position)]))
  const early = edges.find(([from, to]) => starts.get(key.get(to)!)! < ends.get(key.get(from)!)!)
  if (early) throw new Error(`${early[1]} started before ${early[0]} had ended`)
}
