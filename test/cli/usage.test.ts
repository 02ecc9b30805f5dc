import { describe, expect, it } from 'vitest'
import { execute } from '../../cli/main.ts'
import { buildProgram } from '../../cli/program.ts'
import { recordingTerminal } from './support/recording-terminal.ts'
import { runCli } from './support/run-cli.ts'

type Program = ReturnType<typeof buildProgram>

function leafCommands(command: Program, path: readonly string[] = []): readonly string[] {
  if (command.commands.length === 0) return [path.join(' ')]
  return command.commands.flatMap((child) => leafCommands(child, [...path, child.name()]))
}

const commands = leafCommands(buildProgram(recordingTerminal(), () => {}))

describe('the command line', () => {
  it('has the commands of the guide', () => {
    const dags = ['dags list', 'dags pause', 'dags unpause']
    expect(commands).toEqual([
      'dev',
      'compile',
      'check',
      'explain',
      'graph',
      'run',
      'step-functions',
      ...dags,
      'runs list',
      'runs show',
      'tasks states',
      'hitl list',
      'hitl answer',
    ])
  })

  it.each(commands)('%s --help shows an example', async (command) => {
    const terminal = recordingTerminal()
    expect(await execute(terminal, [...command.split(' '), '--help'])).toBe(0)
    expect(terminal.printed.join('\n')).toMatch(new RegExp(`Examples?:\\n  \\$ stepdag ${command}`))
  })

  it.each([
    ['an unknown command', ['rnu', 'hello'], 'Did you mean run?'],
    ['an unknown verb', ['dags', 'lst'], 'Did you mean list?'],
    ['an unknown option', ['run', 'hello', '--cnof', '{}'], 'Did you mean --conf?'],
    ['a missing argument', ['run'], "missing required argument 'dag-id'"],
    ['a port that is none', ['dev', '--port', '80a'], 'a port is a number from 0 to 65535'],
    ['a state that is none', ['runs', 'list', '--state', 'done'], 'choices are queued, running, success, failed'],
    ['conf that is not JSON', ['run', 'hello', '--conf', '{size: 3}'], '  {size: 3}\n   ^'],
    ['conf that ends too early', ['run', 'hello', '--conf', '{"a": '], 'it ends too early (character 7)'],
    ['conf that is a list', ['run', 'hello', '--conf', '[1]'], '--conf is a list, not a JSON object'],
    [
      'a day that does not exist',
      ['run', 'hello', '--logical-date', '2026-02-30'],
      'choose a day and a time that exist',
    ],
    ['a time without zone', ['run', 'hello', '--logical-date', '2026-02-03T04:05'], 'add the zone: 2026-02-03T04:05Z'],
  ])('answers %s with advice and exit code 2', async (_, args, advice) => {
    const terminal = recordingTerminal()
    expect(await execute(terminal, args)).toBe(2)
    expect(terminal.noted.join('\n')).toContain(advice)
    expect(terminal.printed).toEqual([])
  })

  it('is the same through the real binary', async () => {
    const [help, mistake, bad] = await Promise.all([
      runCli(['--help']),
      runCli(['rnu']),
      runCli(['run', 'x', '--conf', '{']),
    ])
    expect(help).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('$ stepdag run hello') })
    expect(mistake).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('Did you mean run?') })
    expect(bad).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('conf-not-json') })
    expect(bad.stderr).not.toMatch(/\n\s+at /)
  })
})
