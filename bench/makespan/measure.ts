/**
 * One DAG → what its run costs and how long it takes, for our plan and for level barriers. Both machines are run as
 * emitted, with a virtual clock; every start is checked against the edges as given.
 */
import type { CompiledDag } from '../../dag-compiler/index.ts'
import { compile } from '../../dag-compiler/index.ts'
import { type Execution, interpret } from '../../test/compiler/support/interpreter.ts'
import { machinesOf } from '../../test/compiler/support/simulate.ts'
import { type VirtualClock, virtualClock } from '../../test/compiler/support/virtual-clock.ts'
import { type CorpusDag, definitionOf, edgesByPosition, sha256, taskIdAt } from '../corpus.ts'
import { criticalPathOf, levelsOf, shapeOf } from '../shape.ts'
import { barrierMachine } from './barrier-machine.ts'
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
  while (barrierSeconds(levels, given) / speed > longestRunSeconds) speed *= 2
  const seconds = new Map(given.map((each, position) => [taskIdAt(position), each / speed]))

  const machines = machinesOf(compiled.children)
  const ours = await play(compiled.definitionText, (clock) => happyPlatform(clock, seconds, compiled.wiring), machines)
  refuseEarlyStarts(dag, ours.platform)
  const barrier = await play(barrierMachine(levels), (clock) => happyPlatform(clock, seconds))
  return {
    id,
    tasks: dag.tasks.length,
    transitions: ours.execution.transitions,
    events: ours.execution.longestHistory,
    ...pick(compiled),
    makespan: ours.execution.endedAtSeconds * speed,
    criticalPath: criticalPathOf(shape, given),
    barrierMakespan: barrier.execution.endedAtSeconds * speed,
    barrierTransitions: barrier.execution.transitions,
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

const barrierSeconds = (levels: readonly (readonly number[])[], seconds: readonly number[]): number =>
  levels.reduce((total, tasks) => total + tasks.reduce((longest, task) => Math.max(longest, seconds[task]!), 0), 0)

async function play(
  definitionText: string,
  platformOf: (clock: VirtualClock) => Platform,
  machines: Readonly<Record<string, string>> = {},
): Promise<{ execution: Execution; platform: Platform }> {
  const clock = virtualClock()
  const platform = platformOf(clock)
  const input = { '^run': { dagId: 'a_dag', runId: 'bench' } }
  const execution = await interpret(definitionText, input, 'bench', clock, platform, machines)
  if (execution.status !== 'SUCCEEDED') throw new Error(`the run ended ${execution.status} ${execution.error ?? ''}`)
  return { execution, platform }
}

function refuseEarlyStarts({ tasks, edges }: CorpusDag, { starts, ends }: Platform): void {
  if (ends.size !== tasks.length) throw new Error(`${tasks.length - ends.size} tasks did not run`)
  const key = new Map(tasks.map((task, position) => [task.id, taskIdAt(position)]))
  const early = edges.find(([from, to]) => starts.get(key.get(to)!)! < ends.get(key.get(from)!)!)
  if (early) throw new Error(`${early[1]} started before ${early[0]} had ended`)
}
