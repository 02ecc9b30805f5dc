/** Why a DAG file did not load → problems that name the author's own line. No stack trace reaches the author. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { BuildFailure, Message } from 'esbuild'
import { type DagDefinition, dagNotPure, fileDoesNotLoad, type Problem } from '../../dag-compiler/index.ts'
import { firstDifference } from './first-difference.ts'
import type { LoadOutcome, ThrownOutcome } from './run-load-worker.ts'

export interface DagFilePlace {
  readonly projectDir: string
  /** Absolute. */
  readonly file: string
}

/** Path relative to the project, with `/` on every platform. */
export const relativePath = (projectDir: string, file: string): string =>
  relative(projectDir, file).split(sep).join('/')

/** esbuild could not read the file or something it imports. */
export function buildProblems({ errors }: BuildFailure, place: DagFilePlace): readonly Problem[] {
  return errors.map((error) => buildProblem(error, place))
}

function buildProblem({ text, location }: Message, { projectDir, file }: DagFilePlace): Problem {
  const at = location && resolve(projectDir, location.file)
  const own = relativePath(projectDir, file)
  const elsewhere = at && at !== file ? ` in ${relativePath(projectDir, at)}` : ''
  const point = location ? ` (line ${location.line}, column ${location.column + 1}${elsewhere})` : ''
  const unresolved = /^Could not resolve "([^"]+)"/.exec(text)?.[1]
  return fileDoesNotLoad({
    file: own,
    ...(location && at === file && { line: location.line }),
    what: `${text.split('\n')[0]}${point}`,
    why: location?.lineText
      ? `the line reads: ${location.lineText.trim()}`
      : 'the file is not TypeScript that can be compiled',
    fix: fixFor(unresolved),
  })
}

function fixFor(unresolved: string | undefined): string {
  if (unresolved === undefined)
    return 'correct the syntax there; often something is missing at the end of the line before'
  return unresolved.startsWith('.')
    ? 'correct the path; it ends in .ts'
    : `install the package: npm install ${unresolved}`
}

/** The file was compiled and then did not get to its end. */
export function outcomeProblem(outcome: Exclude<LoadOutcome, { kind: 'loaded' }>, place: DagFilePlace): Problem {
  const file = relativePath(place.projectDir, place.file)
  switch (outcome.kind) {
    case 'threw':
      return thrownProblem(outcome, place)
    case 'exited':
      return outcome.exitCode === unsettledAwaitExitCode ? endlessWait(file) : exitProblem(file, outcome.exitCode)
    case 'timed-out':
      return fileDoesNotLoad({
        file,
        what: `the file did not finish loading within ${outcome.timeoutMs / 1000} seconds`,
        why: 'loading a DAG file only declares DAGs; work and waiting belong into handlers',
        fix: 'move loops, requests and await at the top level of the file into a handler',
      })
  }
}

/** Node ends so when nothing is left that could settle an await at the top level ("Process exit codes"). */
const unsettledAwaitExitCode = 13

const endlessWait = (file: string): Problem =>
  fileDoesNotLoad({
    file,
    what: 'the file waits at its top level for something that never comes',
    why: 'loading a DAG file only declares DAGs; work and waiting belong into handlers',
    fix: 'move the await at the top level of the file, or of one that it imports, into a handler',
  })

const exitProblem = (file: string, exitCode: number): Problem =>
  fileDoesNotLoad({
    file,
    what: `the file called process.exit(${exitCode}) while it was loaded`,
    why: 'loading a DAG file only declares DAGs; it is loaded by the compiler and by every task',
    fix: 'remove the call, or throw an error that says what is missing',
  })

function thrownProblem(outcome: ThrownOutcome, { projectDir, file }: DagFilePlace): Problem {
  const { name, message, stack, why, fix } = outcome
  const frame = findAuthorFrame(stack, { projectDir, file })
  const own = frame?.file === file
  const elsewhere = frame && !own ? ` (thrown at ${relativePath(projectDir, frame.file)}:${frame.line})` : ''
  const said = message.split('\n')[0]
  return fileDoesNotLoad({
    file: relativePath(projectDir, file),
    ...(own && frame && { line: frame.line }),
    what: name === 'AuthoringError' ? `${said}${elsewhere}` : `${name}: ${said}${elsewhere}`,
    why: why ?? 'the file threw this error while it was loaded, before any task ran',
    fix: fix ?? 'correct that line; what needs a network, a file or a secret belongs into a handler',
  })
}

/** The innermost frame in the file or the project around it. Stacks are mapped back to sources by Node. */
function findAuthorFrame(stack: string, place: DagFilePlace): { readonly file: string; readonly line: number } | null {
  for (const [, path = '', line] of stack.matchAll(/\(?((?:file:\/\/)?\/[^():]+|[A-Za-z]:[^():]+):(\d+):\d+\)?$/gm)) {
    const file = path.replace(/^file:\/\//, '')
    if (file === place.file || isAuthors(file, place.projectDir)) return { file, line: Number(line) }
  }
  return null
}

function isAuthors(file: string, projectDir: string): boolean {
  const inside = relative(projectDir, file)
  if (inside.startsWith('..') || isAbsolute(inside)) return false
  return !inside.split(sep).includes('node_modules') && !inside.startsWith(`dag-compiler${sep}`)
}

/** Null when both loads gave the same, byte for byte. */
export function purityProblem(
  first: readonly DagDefinition[],
  second: readonly DagDefinition[],
  { projectDir, file }: DagFilePlace,
): Problem | null {
  if (JSON.stringify(first) === JSON.stringify(second)) return null
  const index = first.findIndex((dag, index) => JSON.stringify(dag) !== JSON.stringify(second[index]))
  const [a, b] = [first[index], second[index]]
  const found = relativePath(projectDir, file)
  if (!a || !b || a.dagId !== b.dagId) return dagNotPure({ file: found, difference: 'the DAGs they declare' })
  return dagNotPure({ file: found, dag: a.dagId, ...differenceOf(a, b) })
}

function differenceOf(a: DagDefinition, b: DagDefinition): { readonly difference: string; readonly task?: string } {
  if (a.tasks.length !== b.tasks.length) return { difference: 'the number of tasks' }
  const path = firstDifference(a, b) ?? []
  const task = path[0] === 'tasks' ? a.tasks[Number(path[1])]?.taskId : undefined
  const name = path.findLast((part) => !/^\d+$/.test(part)) ?? 'what they declare'
  return { difference: name, ...(task !== undefined && { task }) }
}
