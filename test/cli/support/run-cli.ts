/** Runs the real binary as a process, as a user would. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'

export interface CliResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const binary = resolve('cli/stepdag.mjs')
const longestMs = 60_000

export function runCli(args: readonly string[], { cwd = resolve('.') }: { cwd?: string } = {}): Promise<CliResult> {
  const { child, promise } = startCli(args, { cwd })
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs)
  return promise.finally(() => clearTimeout(timer))
}

/** For commands that go on until they are stopped; whoever starts one kills it in the end. */
export function startCli(args: readonly string[], { cwd = resolve('.') }: { cwd?: string } = {}) {
  const child = spawn(process.execPath, [binary, ...args], { cwd })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text
  })
  const promise = new Promise<CliResult>((done) => {
    child.once('close', (exitCode) => done({ exitCode, ...output }))
  })
  return { child, output, promise }
}

/** One JSON value per line. */
export function readLines(text: string): readonly Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/**
 * A folder inside this package, because DAG files import `stepdag` by name; git, tsc and biome ignore `.stepdag`.
 * Removed when the test ends.
 */
export function temporaryProject(): string {
  mkdirSync('.stepdag', { recursive: true })
  const folder = mkdtempSync(resolve(join('.stepdag', 'test-cli-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
