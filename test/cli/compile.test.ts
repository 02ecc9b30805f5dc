import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { execute } from '../../cli/main.ts'
import { recordingTerminal } from './support/recording-terminal.ts'
import { readLines, runCli, startCli, temporaryProject } from './support/run-cli.ts'

const keys = ['dagId', 'tasks', 'edges', 'parallels', 'gates', 'transitions', 'events', 'definitionBytes', 'problems']

describe('stepdag compile', () => {
  it('prints one object per DAG and writes the definitions', async () => {
    const out = join(temporaryProject(), 'asl')
    const { exitCode, stdout } = await runCli(['compile', 'dags', '--json', '--out', out])
    expect(exitCode).toBe(0)
    const rows = readLines(stdout)
    expect(rows.map(({ dagId }) => dagId)).toEqual(['flaky', 'hello', 'orders_daily'])
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(keys)
      const definition = readFileSync(join(out, `${row.dagId}.asl.json`), 'utf8')
      expect(Buffer.byteLength(definition)).toBe(row.definitionBytes)
      expect(JSON.parse(definition).QueryLanguage).toBe('JSONata')
    }
    expect(rows.find(({ dagId }) => dagId === 'hello')).toMatchObject({ tasks: 3, edges: 2, gates: 0, transitions: 3 })
    expect(Number(rows.find(({ dagId }) => dagId === 'orders_daily')?.gates)).toBeGreaterThan(0)
  })

  it('prints a table for people', async () => {
    const terminal = recordingTerminal()
    expect(await execute(terminal, ['compile', 'dags/hello.ts'])).toBe(0)
    expect(terminal.printed.join('\n')).toMatch(/^DAG +tasks +edges .*\nhello +3 +2 /)
  })

  it('says so when a folder holds no DAG', async () => {
    const terminal = recordingTerminal()
    expect(await execute(terminal, ['compile', temporaryProject()])).toBe(0)
    expect(terminal).toMatchObject({ printed: [], noted: [expect.stringMatching(/^no DAG in /)] })
  })

  it('says so when the definitions cannot be written', async () => {
    const terminal = recordingTerminal()
    expect(await execute(terminal, ['compile', 'dags/hello.ts', '--out', 'package.json'])).toBe(1)
    expect(terminal.noted.join('\n')).toContain('out-not-writable: --out package.json cannot be written (EEXIST)')
  })

  it('compiles what it can beside a syntax error and a cycle', async () => {
    const { folder, dags } = brokenProject()
    const { exitCode, stdout, stderr } = await runCli(['compile', dags, '--json', '--out', join(folder, 'asl')])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('cycle')
    expect(stderr).toContain('syntax.ts')
    expect(stderr).not.toMatch(/\n\s+at /)
    const rows = readLines(stdout)
    expect(rows.map(({ dagId, tasks }) => [dagId, tasks])).toEqual([
      ['fine', 1],
      ['circular', null],
      [null, null],
    ])
    for (const { problems } of rows.slice(1)) expect(problems).not.toHaveLength(0)
    expect(existsSync(join(folder, 'asl', 'fine.asl.json'))).toBe(true)
    expect(existsSync(join(folder, 'asl', 'circular.asl.json'))).toBe(false)
  })

  it('ends quietly when its reader has seen enough', async () => {
    const { child, promise } = startCli(['compile', 'dags', '--json'])
    child.stdout.destroy()
    const { exitCode, stderr } = await promise
    // After a second it says what it is at; a busy machine takes one.
    expect({ exitCode, said: stderr.replace('compiling dags …\n', '') }).toEqual({ exitCode: 0, said: '' })
  })
})

function brokenProject() {
  const folder = temporaryProject()
  const dags = join(folder, 'dags')
  mkdirSync(dags)
  const write = (name: string, ...lines: string[]) => writeFileSync(join(dags, name), `${lines.join('\n')}\n`)
  write('syntax.ts', "import { Dag } from 'stepdag'", "export const dag = new Dag('unreadable'")
  write('fine.ts', "import { Dag } from 'stepdag'", "export const dag = new Dag('fine')", "dag.empty('work')")
  write(
    'circular.ts',
    "import { Dag } from 'stepdag'",
    "export const dag = new Dag('circular')",
    "const [a, b] = [dag.empty('a'), dag.empty('b')]",
    'a.before(b)',
    'b.before(a)',
  )
  return { folder, dags }
}
