/**
 * Real graphs: each compiles or says why it cannot, and a run of it takes exactly as long as its critical path. The corpora
 * are reference data that the product does not ship; without them the suite says so and is skipped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../../dag-compiler/index.ts'
import { simulate } from '../../local/virtual/index.ts'
import { definitionOf, type Edge, sha256 } from './support/definitions.ts'

const folder = join(import.meta.dirname, '../../../shared/corpora')
const files = ['airflow_examples', 'dbt', 'pegasus', 'task_graphs', 'wfinstances', 'scaled'].filter((name) =>
  existsSync(join(folder, `${name}.jsonl`)),
)

/** Graphs up to this size also run in virtual time, split ones up to the other: the work grows with the square. */
const largestRun = 60
const largestSplitRun = 1_400
const runsPerCorpus = 30
/** Longer runs are played faster, so that no task outlasts a Lambda and no gate re-arms. */
const longestPathSeconds = 800

interface CorpusDag {
  readonly id: string
  readonly tasks: readonly { readonly id: string; readonly duration_s: number }[]
  readonly edges: readonly Edge[]
}

describe.skipIf(files.length === 0)(
  `real graphs${files.length === 0 ? ' (skipped: no ../shared/corpora)' : ''}`,
  () => {
    it.each(files)(
      '%s: every DAG compiles, if need be to several machines that all fit',
      (name) => {
        for (const dag of read(name)) {
          const { dag: machine, problems } = compile(toDefinition(dag), { sha256 })
          expect(
            problems.filter(({ severity }) => severity === 'error'),
            dag.id,
          ).toEqual([])
          const machines = [machine!.numbers, ...(machine!.children ?? []).map(({ numbers }) => numbers)]
          // A task state has more than 600 bytes; a DAG of a thousand tasks may need a second machine, not a tenth.
          expect(machines.length, dag.id).toBeLessThanOrEqual(1 + dag.tasks.length / 400)
          for (const { definitionBytes, worstCaseEvents } of machines) {
            expect(definitionBytes, dag.id).toBeLessThanOrEqual(1_048_576)
            expect(worstCaseEvents, dag.id).toBeLessThanOrEqual(25_000)
          }
        }
      },
      120_000,
    )

    it.each(files)(
      '%s: a run takes as long as the critical path',
      async (name) => {
        const all = read(name)
        const small = all.filter(({ tasks }) => tasks.length <= largestRun).slice(0, runsPerCorpus)
        const split = all.filter(
          (dag) => dag.tasks.length <= largestSplitRun && compile(toDefinition(dag), { sha256 }).dag?.children,
        )
        for (const dag of [...small, ...split]) {
          const definition = toDefinition(dag)
          const scale = Math.min(1, longestPathSeconds / criticalPath(dag))
          const durations = Object.fromEntries(dag.tasks.map((task, i) => [`t${i}`, task.duration_s * scale]))
          const machine = compile(definition, { sha256 }).dag!
          const { state, makespan, transitions } = await simulate(machine, { durations })
          expect(state, dag.id).toBe('success')
          expect(transitions, dag.id).toBe(machine.numbers.transitions)
          // The clock of machines has milliseconds; each task may end in between.
          expect(Math.abs(makespan - criticalPath(dag) * scale), dag.id).toBeLessThan(dag.tasks.length / 1000)
        }
      },
      120_000,
    )
  },
)

function read(name: string): CorpusDag[] {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/** Ids of other systems are not all legal here; positions are. */
function toDefinition({ tasks, edges }: CorpusDag) {
  const id = new Map(tasks.map((task, i) => [task.id, `t${i}`]))
  return definitionOf(
    edges.map(([from, to]): Edge => [id.get(from)!, id.get(to)!]),
    tasks.map((_, i) => `t${i}`),
  )
}

/** Seconds of the longest path, by relaxing edges until nothing changes. */
function criticalPath({ tasks, edges }: CorpusDag): number {
  const seconds = new Map(tasks.map((task) => [task.id, task.duration_s]))
  const end = new Map(seconds)
  for (let changed = true; changed; ) {
    changed = false
    for (const [from, to] of edges) {
      const later = end.get(from)! + seconds.get(to)!
      if (later <= end.get(to)!) continue
      end.set(to, later)
      changed = true
    }
  }
  return Math.max(...end.values())
}
