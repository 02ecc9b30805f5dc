/**
 * The entry point of the benches: runs one and answers 0, or 1 when it failed, 2 when the command line was wrong, 3 when
 * the corpus is missing. docs/benchmarks.md says what the figures mean.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { help, type Json, parseCommandLine, type Request, UsageError } from './command-line.ts'
import { runCompileBench } from './compile/bench.ts'
import { readCorpus } from './corpus.ts'
import { measure, type Refusal, type Row } from './makespan/measure.ts'
import { renderRows, renderSummary, summarise } from './makespan/summary.ts'
import { writeReport } from './report.ts'

const argv = process.argv.slice(2)
process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return error instanceof UsageError ? 2 : 1
})

async function main(): Promise<number> {
  const request = parseCommandLine(argv)
  if (request.name === 'makespan') return makespan(request)
  if (request.name === 'compile') return compile(request)
  if (request.name === 'engine') return engine(request)
  console.log(help)
  return 0
}

async function makespan({ corpus: file, json }: Extract<Request, { name: 'makespan' }>): Promise<number> {
  const folder = process.env.STEPDAG_CORPORA ?? join(import.meta.dirname, '../../shared/corpora')
  const corpus = readCorpus(file, folder)
  if (!corpus) {
    console.error(`There is no corpus ${file}, neither here nor in ${folder}. Set STEPDAG_CORPORA or give its path.`)
    return 3
  }
  const rows: (Row | Refusal)[] = []
  for (const dag of corpus.dags) {
    rows.push(
      await measure(dag).catch((error: unknown) => {
        throw new Error(`${dag.id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      }),
    )
  }
  const summary = summarise(rows)
  publish(json, rows, `${renderRows(rows)}\n\n${renderSummary(summary)}`)
  // The durations are the corpus's: nothing is drawn.
  writeReport('makespan', argv, { seed: null, corpus: { file, sha256: corpus.sha256 }, summary, rows })
  return 0
}

async function compile({ rounds, sizes, json }: Extract<Request, { name: 'compile' }>): Promise<number> {
  const { cases, text, ...facts } = await runCompileBench(sizes, rounds)
  publish(json, cases, text)
  writeReport('compile', argv, { corpus: null, ...facts, cases })
  return 0
}

async function engine({ parts, rounds, tasks, json }: Extract<Request, { name: 'engine' }>): Promise<number> {
  // Loaded here: the other benches do without SDK clients and servers.
  const { runEngineBench } = await import('./engine/bench.ts')
  const peerPython = process.env.STEPDAG_EMULATOR_PYTHON ?? null
  const results = await runEngineBench({ parts, rounds, tasks, peerPython })
  const rows = results.flatMap(({ part, rows }) => rows.map((row) => ({ part, ...row })))
  publish(json, rows, results.map(({ part, text }) => `${part}\n${text}`).join('\n\n'))
  writeReport('engine', argv, { seed: null, corpus: null, rounds, tasks, rows })
  return 0
}

function publish(json: Json, rows: readonly object[], text: string): void {
  const lines = rows.map((row) => JSON.stringify(row)).join('\n')
  if (json === 'stdout') console.log(lines)
  else console.log(text)
  if (typeof json === 'object') writeFileSync(json.file, `${lines}\n`)
}
