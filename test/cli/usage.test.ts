import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { runCli } from './support/run-cli.ts'

type Program = ReturnType<typeof buildProgram>

function leafCommands(command: Program, path: readonly string[] = []): readonly (readonly string[])[] {
  if (command.commands.length === 0) return [path]
  return command.commands.flatMap((child) => leafCommands(child, [...path, child.name()]))
}

const quiet = { cwd: '.', print() {}, note() {}, draw() {}, liveRows: null, paint: text, paintNote: text }
function text(_: string, given: string) {
  return given
}
const commands = leafCommands(buildProgram(quiet, () => {}))

describe('the command line', () => {
  it('has the commands of the guide', () => {
    expect(commands.map((path) => path.join(' '))).toEqual([
      'dev',
      'compile',
      'run',
      'dags list',
      'dags pause',
      'dags unpause',
      'runs list',
      'runs show',
      'tasks states',
    ])
  })

  it.each(commands.map((path) => [path.join(' ')]))('%s --help shows an example', async (path) => {
    const { exitCode, stdout } = await runCli([...path.split(' '), '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(new RegExp(`Examples?:\\n  \\$ stepdag ${path}`))
  })

  it.each([
    ['an unknown command', ['rnu', 'hello'], 'Did you mean run?'],
    ['an unknown verb', ['dags', 'lst'], 'Did you mean list?'],
    ['an unknown option', ['run', 'hello', '--cnof', '{}'], 'Did you mean --conf?'],
    ['a missing argument', ['run'], "missing required argument 'dag-id'"],
    ['a port that is none', ['dev', '--port', '80a'], 'a port is a number from 0 to 65535'],
    [
      'a state that is none',
      ['runs', 'list', '--state', 'done'],
      'Allowed choices are queued, running, success, failed',
    ],
    ['conf that is not JSON', ['run', 'hello', '--conf', '{size: 3}'], '  {size: 3}\n   ^'],
    ['conf that ends too early', ['run', 'hello', '--conf', '{"a": '], 'it ends too early (character 7)'],
    ['conf that is a list', ['run', 'hello', '--conf', '[1]'], '--conf is a list, not a JSON object'],
    [
      'a day that does not exist',
      ['run', 'hello', '--logical-date', '2026-02-30'],
      'choose a day and a time that exist',
    ],
    ['a time without zone', ['run', 'hello', '--logical-date', '2026-02-03T04:05'], 'add the zone: 2026-02-03T04:05Z'],
    ['a path that does not exist', ['compile', 'no/such/dags'], 'there is no file or folder no/such/dags'],
  ])('answers %s with advice and exit code 2', async (_, args, advice) => {
    const { exitCode, stdout, stderr } = await runCli(args)
    expect(stderr).toContain(advice)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })
})
