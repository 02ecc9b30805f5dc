/** Runs the parts of the engine bench that were asked for, one after the other, and renders what each says. */
import { quantile } from '../statistics.ts'
import { table } from '../table.ts'
import { measureChain } from './chain.ts'
import { measureMemory } from './memory.ts'
import type { EnginePart } from './parts.ts'
import { measurePeer } from './peer.ts'
import { measureTransitions, type TransitionCase, type TransitionRound } from './transitions.ts'
import { measureWaits } from './waits.ts'

export interface EngineOptions {
  readonly parts: readonly EnginePart[]
  readonly rounds: number
  /** Tasks of one Map, and runs, in the comparison with an emulator. */
  readonly tasks: number
  /** Python with ministack; without it, `peer` is refused. */
  readonly peerPython: string | null
}

/** One part's rows, and its table. */
export interface PartResult {
  readonly part: EnginePart
  readonly rows: readonly object[]
  readonly text: string
}

export async function runEngineBench(options: EngineOptions): Promise<readonly PartResult[]> {
  const results: PartResult[] = []
  for (const part of options.parts) {
    process.stderr.write(`${part}\n`)
    results.push({ part, ...(await measurers[part](options)) })
  }
  return results
}

type Measured = Omit<PartResult, 'part'>

const measurers: Readonly<Record<EnginePart, (options: EngineOptions) => Promise<Measured>>> = {
  transitions,
  chain,
  memory,
  waits,
  peer,
}

const cases: readonly TransitionCase[] = [
  { states: 'Pass', store: 'memory' },
  { states: 'Pass', store: 'disk' },
  { states: 'Task', store: 'memory' },
  { states: 'Task', store: 'disk' },
]

/** Rounds that do not count: the first ones run code that is not compiled yet. */
const warmUps = 2

async function transitions({ rounds }: EngineOptions): Promise<Measured> {
  const rows: TransitionRound[] = []
  for (let round = -warmUps; round < rounds; round++) {
    const measured: TransitionRound[] = []
    for (const each of round % 2 === 0 ? cases : cases.toReversed()) measured.push(await measureTransitions(each))
    if (round >= 0) rows.push(...measured)
  }
  const lines = cases.map(({ states, store }) => {
    const own = rows.filter((row) => row.states === states && row.store === store)
    const ratio = (share: number) =>
      quantile(
        own.map((row) => row.ms / row.floorMs),
        share,
      ).toFixed(1)
    const perSecond = (time: (row: TransitionRound) => number) =>
      Math.round(
        quantile(
          own.map((row) => (row.transitions / time(row)) * 1000),
          0.5,
        ),
      ).toLocaleString('en')
    const rates = [perSecond((row) => row.ms), perSecond((row) => row.cpuMs)]
    return [`${states}, ${store}`, ratio(0.5), `${ratio(0.1)}–${ratio(0.9)}`, ...rates]
  })
  return { rows, text: table(['states, store', 'ratio', 'p10–p90', 'per second', 'per CPU second'], lines) }
}

const chainTasks = 40

async function chain({ rounds }: EngineOptions): Promise<Measured> {
  const rows = await measureChain(chainTasks, rounds)
  const of = (pick: (row: (typeof rows)[number]) => number, share: number) => quantile(rows.map(pick), share).toFixed(0)
  const line = [
    `${chainTasks} tasks`,
    of((row) => row.worldMs, 0.5),
    `${of((row) => row.worldMs, 0.1)}–${of((row) => row.worldMs, 0.9)}`,
    of((row) => row.worldMs / chainTasks, 0.5),
  ]
  return { rows, text: table(['chain', 'ms', 'p10–p90', 'ms per task'], [line]) }
}

const memoryPoints = [1_000, 25_000, 50_000, 75_000, 100_000]

async function memory(): Promise<Measured> {
  const rows = await measureMemory(memoryPoints)
  const first = rows[0]!
  const lines = rows.map(({ executions, heapMiB, rssMiB }) => [
    executions.toLocaleString('en'),
    heapMiB.toFixed(1),
    (heapMiB / first.heapMiB).toFixed(2),
    rssMiB.toFixed(0),
  ])
  return { rows, text: table(['executions ended', 'heap MiB', 'to the first', 'RSS MiB'], lines) }
}

async function waits(): Promise<Measured> {
  const row = await measureWaits(1_000, 10)
  const line = [
    row.waiting.toLocaleString('en'),
    row.cpuMs.toFixed(0),
    row.cpuMsWithout.toFixed(0),
    String(row.seconds),
  ]
  return { rows: [row], text: table(['waiting', 'CPU ms', 'CPU ms without', 'in seconds'], [line]) }
}

async function peer({ peerPython, tasks, rounds }: EngineOptions): Promise<Measured> {
  if (peerPython === null) throw new Error('peer needs STEPDAG_EMULATOR_PYTHON: a Python with ministack==1.5.33')
  const rows = await measurePeer(peerPython, tasks, rounds)
  const lines = [...new Set(rows.map(({ workload }) => workload))].map((workload) => {
    const own = rows.filter((row) => row.workload === workload)
    const ratio = (share: number) =>
      quantile(
        own.map((row) => row.peerMs / row.ownMs),
        share,
      ).toFixed(1)
    const rate = (ms: (row: (typeof rows)[number]) => number) =>
      quantile(
        own.map((row) => (row.tasks / ms(row)) * 1000),
        0.5,
      ).toFixed(0)
    return [
      workload,
      String(tasks),
      ratio(0.5),
      `${ratio(0.1)}–${ratio(0.9)}`,
      rate((row) => row.ownMs),
      rate((row) => row.peerMs),
    ]
  })
  return { rows, text: table(['workload', 'tasks', 'ratio', 'p10–p90', 'own tasks/s', 'ministack tasks/s'], lines) }
}
