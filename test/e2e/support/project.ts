/** A project with small DAGs for worlds under test. Tasks note each time they really run in a file beside the project. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TestProject {
  readonly projectDir: string
  readonly dagsDir: string
  readonly stateDir: string
  write(file: string, source: string): void
  /** Every run of a task that got to its side effect: `<runId> <taskId>`, in order. */
  sideEffects(): string[]
  remove(): void
}

export function makeProject(): TestProject {
  const projectDir = mkdtempSync(join(tmpdir(), 'stepdag-e2e-'))
  const dagsDir = join(projectDir, 'dags')
  const effects = join(projectDir, 'side-effects.txt')
  mkdirSync(dagsDir)
  writeFileSync(effects, '')
  return {
    projectDir,
    dagsDir,
    stateDir: join(projectDir, '.stepdag'),
    write: (file, source) => writeFileSync(join(dagsDir, file), source.replaceAll('$EFFECTS', JSON.stringify(effects))),
    sideEffects: () => readFileSync(effects, 'utf8').split('\n').filter(Boolean),
    remove: () => rmSync(projectDir, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Appends one whole line: a kill can come before or after it, never within. */
const note = `
import { appendFileSync } from 'node:fs'
import { chain, Dag, getContext } from 'stepdag'
const note = () => { const { runId, taskId } = getContext(); appendFileSync($EFFECTS, runId + ' ' + taskId + '\\n') }
`

export const chainDag = `${note}
export const dag = new Dag('chain', {})
const first = dag.task('first', async () => { note(); console.log('hello from first'); return { rows: 2 } })
const second = dag.task('second', async ({ from }: { from: { rows: number } }) => { note(); return from.rows * 21 })
second({ from: first() })
`

/** a → c, a → d, b → d: d waits behind a gate. */
export const nDag = `${note}
export const dag = new Dag('n_graph', { maxActiveRuns: 50 })
const make = (id: string) => dag.task(id, async () => { await new Promise((r) => setTimeout(r, 30)); note(); return id })()
const a = make('a'), b = make('b'), c = make('c'), d = make('d')
a.before(c, d)
b.before(d)
`

export const flakyDag = `${note}
export const dag = new Dag('flaky', {})
dag.task('wobble', async () => {
  if (getContext().tryNumber < 3) throw Object.assign(new Error('not yet'), { name: 'NotYet' })
  note()
}, { retries: 2, retryDelay: 0 })()
`

export const failingDag = `${note}
export const dag = new Dag('failing', {})
const bad = dag.task('bad', async () => { throw new TypeError('no such column') })()
const after = dag.task('after', async () => note())()
bad.before(after)
`

export const bigDag = `${note}
export const dag = new Dag('big', {})
const make = dag.task('make', async () => 'x'.repeat(200_000))
const measure = dag.task('measure', async ({ text }: { text: string }) => text.length)
measure({ text: make() })
`

export const minuteDag = `${note}
export const dag = new Dag('minutely', { schedule: '* * * * *' })
dag.task('tick', async () => note())()
`

/** Layers of ten; each task waits for two or three of the layer before, as no nesting of Parallels can. */
export const layeredDag = (tasks: number) => `${note}
export const dag = new Dag('layered', { maxActiveRuns: 1000 })
const layers = Array.from({ length: ${Math.ceil(tasks / 10)} }, (_, layer) =>
  Array.from({ length: Math.min(10, ${tasks} - layer * 10) }, (_, at) => dag.task('t' + layer + '_' + at, async () => note())()))
for (const [layer, group] of layers.entries()) {
  const before = layers[layer - 1]
  if (!before) continue
  for (const [at, task] of group.entries()) for (const up of new Set([at, (at * 3 + 1) % 10, (at + 4 + layer) % 10])) before[up]!.before(task)
}
`
