/** Arguments → what to measure, or what is wrong with them. */
import { parseArgs } from 'node:util'
import { type EnginePart, engineParts } from './engine/parts.ts'

export type Request =
  | { readonly name: 'makespan'; readonly corpus: string; readonly json: Json }
  | { readonly name: 'compile'; readonly rounds: number; readonly sizes: readonly number[]; readonly json: Json }
  | {
      readonly name: 'engine'
      readonly parts: readonly EnginePart[]
      readonly rounds: number
      readonly tasks: number
      readonly json: Json
    }
  | { readonly name: 'help' }

/** `lines` on standard output, or a file. */
export type Json = false | 'stdout' | { readonly file: string }

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const fewestRounds = 1
export const defaultRounds = 9
const defaultTasks = 10_000
const defaultSizes = [100, 1_000, 10_000, 20_000, 50_000]

export const help = `Usage: npm run bench -- <name> [options]

  makespan --corpus FILE.jsonl [--json [FILE]]
      Compiles each DAG of a corpus, runs it in virtual time and compares it with level barriers.
  compile [--rounds ${defaultRounds}] [--sizes ${defaultSizes.join(',')}] [--json [FILE]]
      Compiles generated graphs beside a floor (parse, order, critical path, transitive reduction).
  engine [--parts ${engineParts.join(',')}] [--rounds ${defaultRounds}] [--tasks ${defaultTasks}] [--json [FILE]]
      Runs the local Step Functions alone, in the local world, and (peer) beside ministack, whose Python is in
      STEPDAG_EMULATOR_PYTHON; --tasks is how many tasks the peers run in one Map and as many runs.

A corpus is looked up as given, then in STEPDAG_CORPORA (default ../shared/corpora).
Results are also written to bench/out/<name>.json. Exit codes: 0 measured, 1 failed, 2 wrong arguments, 3 no corpus.

Examples:
  npm run bench -- makespan --corpus airflow_examples.jsonl
  npm run bench -- makespan --corpus dbt.jsonl --json rows.jsonl
  npm run bench -- compile --sizes 1000,10000 --rounds 9
  npm run bench -- engine --parts transitions,chain`

/** @param argv arguments after the script; @throws UsageError */
export function parseCommandLine(argv: readonly string[]): Request {
  const { values, positionals } = parse(withJsonTarget(argv))
  if (values.help || positionals.length === 0) return { name: 'help' }
  const [name, ...more] = positionals
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}" is too much; a bench has options only`)
  const json = values.json === undefined ? false : values.json === '' ? 'stdout' : { file: values.json }
  if (name !== 'engine' && (values.parts ?? values.tasks)) throw new UsageError('--parts and --tasks belong to engine')
  if (name === 'engine') return engine(values, json)
  if (name === 'makespan') {
    if (!values.corpus) throw new UsageError('makespan needs --corpus FILE.jsonl')
    if (values.rounds ?? values.sizes) throw new UsageError('--rounds and --sizes belong to compile')
    return { name, corpus: values.corpus, json }
  }
  if (name !== 'compile') throw new UsageError(`there is no bench "${name}"; there are makespan, compile and engine`)
  if (values.corpus) throw new UsageError('--corpus belongs to makespan; compile makes its own graphs')
  const rounds = count('--rounds', values.rounds ?? String(defaultRounds), fewestRounds)
  // A chain, a fan and a montage of fewer tasks are no such graphs.
  const sizes = (values.sizes ?? defaultSizes.join(',')).split(',').map((size) => count('--sizes', size, 10))
  return { name, rounds, sizes: [...new Set(sizes)].sort((a, b) => a - b), json }
}

function engine(values: ReturnType<typeof parse>['values'], json: Json): Request {
  if (values.corpus ?? values.sizes) throw new UsageError('--corpus and --sizes do not belong to engine')
  const parts = (values.parts ?? engineParts.join(',')).split(',').map((part) => {
    const known = engineParts.find((each) => each === part)
    if (!known) throw new UsageError(`--parts takes ${engineParts.join(', ')}; "${part}" is none`)
    return known
  })
  const rounds = count('--rounds', values.rounds ?? String(defaultRounds), fewestRounds)
  const tasks = count('--tasks', values.tasks ?? String(defaultTasks), 1)
  return { name: 'engine', parts, rounds, tasks, json }
}

function parse(args: string[]) {
  try {
    const text = { type: 'string' } as const
    const options = {
      corpus: text,
      json: text,
      rounds: text,
      sizes: text,
      parts: text,
      tasks: text,
      help: { type: 'boolean', short: 'h' },
    } as const
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** `--json` may stand alone, which node's parser has no word for. */
const withJsonTarget = (argv: readonly string[]): string[] =>
  argv.map((word, at) => (word === '--json' && (argv[at + 1] ?? '-').startsWith('-') ? '--json=' : word))

function count(option: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new UsageError(`${option} takes whole numbers from ${least}; "${text}" is none`)
}
