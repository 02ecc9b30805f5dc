/**
 * The entry point of the command line: reads the environment once, runs one command and answers its exit code:
 * 0 it worked, 1 it did not, 2 the command line itself was wrong.
 */
import { CommanderError } from 'commander'
import { buildProgram } from './program.ts'
import { openTerminal, type Terminal } from './terminal.ts'

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const

/** @param argv arguments after `node stepdag`. */
export async function main(argv: readonly string[]): Promise<number> {
  endWithOutput()
  const { stdout, stderr, env } = process
  return execute(openTerminal({ cwd: process.cwd(), stdout, stderr, noColor: Boolean(env.NO_COLOR) }), argv)
}

/** Runs one command on a terminal and answers the exit code. */
export async function execute(terminal: Terminal, argv: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok
  const program = buildProgram(terminal, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has printed its message; help and version end this way too, with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const { renderCliError } = await import('./cli-error.ts')
    return renderCliError(terminal, error)
  }
}

/** `stepdag … | head` closes the pipe early; that is the reader's choice and no error. A full disk is one. */
function endWithOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      if (stream !== process.stderr) process.stderr.write(`the output cannot be written: ${error.message}\n`)
      process.exit(exitCodes.failed)
    })
  }
}
