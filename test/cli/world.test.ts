/**
 * The commands against a running world, and without one. One world serves the whole file, and most commands run in this
 * process: starting either is the slow part.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { execute } from '../../cli/main.ts'
import type { DagRunCollection, XComValue } from '../../lambdas/api/contract.ts'
import { countOrders } from '../dags/count-orders.ts'
import { recordingTerminal } from './support/recording-terminal.ts'
import { readLines, runCli, startCli } from './support/run-cli.ts'

// The suite shares two cores with others.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

let folder: string
let places: readonly string[]
let world: ReturnType<typeof startCli>
let apiUrl: string

beforeAll(async () => {
  folder = makeProject()
  places = ['--dags', join(folder, 'dags'), '--state-dir', join(folder, 'state')]
  world = startCli(['dev', '--port', '0', '--no-watch', ...places])
  apiUrl = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(world.output.stdout)?.[0])
})

afterAll(async () => {
  world.child.kill('SIGKILL')
  await world.promise
  rmSync(folder, { recursive: true, force: true })
})

/** The DAGs that ship and one that fails, inside this package because DAG files import `stepdag` by name. */
function makeProject(): string {
  mkdirSync('.stepdag', { recursive: true })
  const made = mkdtempSync(resolve('.stepdag', 'test-cli-'))
  mkdirSync(join(made, 'dags'))
  for (const dagId of ['flaky', 'hello', 'orders_daily']) {
    writeFileSync(join(made, 'dags', `${dagId}.ts`), `export { dag } from '${resolve('dags', dagId)}.ts'\n`)
  }
  const doomed = [
    "import { Dag } from 'stepdag'",
    "export const dag = new Dag('doomed')",
    "dag.task('fall', async () => { throw new TypeError('no ground') })()",
  ]
  writeFileSync(join(made, 'dags', 'doomed.ts'), doomed.join('\n'))
  return made
}

async function until<T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const endMs = performance.now() + 60_000
  while (performance.now() < endMs && world.child.exitCode === null) {
    const found = await read()
    if (found !== undefined) return found
    await new Promise((next) => setTimeout(next, 50))
  }
  throw new Error(`not seen in time; the world said:\n${world.output.stdout}\n${world.output.stderr}`)
}

/** The contract says what a path answers. */
const get = async <Answer>(path: string) => (await (await fetch(`${apiUrl}/api/v2${path}`)).json()) as Answer

async function command(...args: readonly string[]) {
  const terminal = recordingTerminal()
  const exitCode = await execute(terminal, [...args, '--state-dir', join(folder, 'state')])
  return { exitCode, stdout: terminal.printed.join('\n'), stderr: terminal.noted.join('\n') }
}

describe('with a world running', () => {
  it('dev says where the API is, what runs when and what to try', async () => {
    await until(() => (world.output.stdout.includes('Ctrl-C') ? true : undefined))
    expect(world.output.stdout).toContain(`${apiUrl}/api/v2`)
    expect(world.output.stdout).toMatch(/orders_daily +1 +\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ, in /)
    expect(world.output.stdout).toContain('npx stepdag run orders_daily')
  })

  it('a schedule with a start in the past runs at once, and its report has the totals of a plain loop', async () => {
    const run = await until(async () => {
      const found = await get<DagRunCollection>('/dags/orders_daily/dagRuns?state=success')
      return found.dag_runs[0]
    })
    expect(run.run_type).toBe('scheduled')
    const tasks = `/dags/orders_daily/dagRuns/${encodeURIComponent(run.dag_run_id)}/taskInstances`
    const xcomOf = async (task: string) =>
      (await get<XComValue>(`${tasks}/${task}/xcomEntries/return_value?deserialize=true`)).value
    const expected = countOrders(String(await xcomOf('extract')))
    const { dachCents, vatCents, rejected } = Object(await xcomOf('report'))
    expect({ dachCents, vatCents, rejected }).toEqual({
      dachCents: expected.dachCents,
      vatCents: expected.vatCents,
      rejected: expected.rejected,
    })
  })

  it('run --json prints the result of one run and nothing else', async () => {
    const stateDir = ['--state-dir', join(folder, 'state')]
    const { exitCode, stdout } = await runCli(['run', 'hello', '--conf', '{"size": 3}', '--json', ...stateDir])
    expect(exitCode).toBe(0)
    const [result, ...rest] = readLines(stdout)
    expect(rest).toEqual([])
    const done = { state: 'success', tries: 1, startDate: expect.any(String), endDate: expect.any(String) }
    expect(result).toEqual({
      dagId: 'hello',
      runId: expect.stringMatching(/^manual__/),
      state: 'success',
      tasks: { start: done, middle: done, end: done },
      transitions: 3,
    })
  })

  it('run shows retries as tries and counts them as transitions', async () => {
    const { exitCode, stdout, stderr } = await command('run', 'flaky', '--json')
    expect(exitCode).toBe(0)
    expect(readLines(stdout)[0]).toMatchObject({
      state: 'success',
      tasks: { fetch_rate: { state: 'success', tries: 3 }, publish: { state: 'success', tries: 1 } },
      transitions: 4,
    })
    expect(stderr).toContain('fetch_rate success (try 3)')
  })

  it('a failed run exits 1 and says what the task died of', async () => {
    const { exitCode, stdout } = await command('run', 'doomed')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('fall: TypeError: no ground')
  })

  it('runs and tasks are listed newest first, filtered, and one by one', async () => {
    const day = '2026-03-01T02:30:00Z'
    expect(await command('run', 'hello', '--logical-date', day)).toMatchObject({ exitCode: 0 })
    const listed = readLines((await command('runs', 'list', 'hello', '--state', 'success', '--json')).stdout)
    expect(listed.every(({ dagId, state }) => dagId === 'hello' && state === 'success')).toBe(true)
    const dated = listed.find(({ logicalDate }) => Date.parse(String(logicalDate)) === Date.parse(day))
    const shown = await command('runs', 'show', 'hello', String(dated?.runId))
    expect(shown.stdout).toContain('logical date  2026-03-01 02:30:00Z')
    const tasks = readLines((await command('tasks', 'states', 'hello', '--json')).stdout)
    expect(tasks.map(({ taskId }) => taskId)).toEqual(['start', 'middle', 'end'])
  })

  it('a second run for the same logical date is refused with the reason', async () => {
    const again = await command('run', 'hello', '--logical-date', '2026-03-01T02:30:00Z')
    expect(again).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('  fix ') })
  })

  it('a wrong path or method of the API is answered as the app answers it', async () => {
    expect(await get('/dag/hello')).toMatchObject({
      detail: expect.any(String),
      fix: expect.stringContaining('/dags/hello'),
    })
    const answer = await fetch(`${apiUrl}/api/v2/dags/hello/details`, { method: 'POST' })
    expect(answer.status).toBe(405)
  })

  it('pause and unpause switch a schedule', async () => {
    expect((await command('dags', 'pause', 'orders_daily')).stdout).toContain('stepdag dags unpause orders_daily')
    const listed = readLines((await command('dags', 'list', '--json')).stdout)
    expect(listed.filter(({ isPaused }) => isPaused).map(({ dagId }) => dagId)).toEqual(['orders_daily'])
    expect((await command('dags', 'unpause', 'orders_daily')).stdout).toContain('next run: 20')
  })

  it.each(['run', 'dags pause', 'runs list', 'runs show', 'tasks states'])(
    '%s of an unknown DAG says which one was meant',
    async (name) => {
      const { exitCode, stdout, stderr } = await command(...name.split(' '), 'order_daily')
      expect(stderr).toContain('did you mean orders_daily?')
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    },
  )

  it.each(['', '.', '..'])('an id %j, which no address can hold, is unknown like any other', async (id) => {
    for (const args of [
      ['run', id],
      ['runs', 'list', id],
      ['runs', 'show', 'hello', id],
    ]) {
      const { exitCode, stderr } = await command(...args)
      expect(stderr).toMatch(/^unknown-(dag|run): /)
      expect(exitCode).toBe(1)
    }
  })

  it('a run of a paused DAG says what it waits for, and goes on when it comes', async () => {
    await command('dags', 'pause', 'hello')
    const terminal = recordingTerminal()
    const running = execute(terminal, ['run', 'hello', '--state-dir', join(folder, 'state')])
    await until(() => terminal.noted.find((text) => text.includes('stepdag dags unpause hello')))
    await command('dags', 'unpause', 'hello')
    expect(await running).toBe(0)
  })

  it('an unknown run says which one was meant', async () => {
    const [latest] = readLines((await command('runs', 'list', 'hello', '--limit', '1', '--json')).stdout)
    const typo = String(latest?.runId).replace('manual', 'manaul')
    const { exitCode, stderr } = await command('runs', 'show', 'hello', typo)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`did you mean ${latest?.runId}?`)
  })

  it('a second world on the same port is refused with advice', async () => {
    const { port } = new URL(apiUrl)
    const args = ['dev', '--port', port, '--dags', 'dags/hello.ts', '--state-dir', join(folder, 'other')]
    const { exitCode, stderr } = await runCli(args)
    expect(stderr).toContain(`port ${port}`)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(exitCode).toBe(1)
  })

  it('Ctrl-C ends it cleanly', async () => {
    world.child.kill('SIGINT')
    expect((await world.promise).exitCode).toBe(0)
  })
})

describe('without a world running', () => {
  it('the history is still there', async () => {
    const { exitCode, stdout } = await runCli(['runs', 'list', 'orders_daily', '--json', ...places])
    expect(exitCode).toBe(0)
    expect(readLines(stdout).map(({ state }) => state)).toContain('success')
  })

  it('a run table with damaged blocks is refused with the command that puts it aside', async () => {
    const table = join(folder, 'state', 'dynamodb')
    const blocks = readdirSync(table).filter((name) => name.endsWith('.ldb'))
    for (const name of blocks) writeFileSync(join(table, name), 'x'.repeat(2_000))
    const { exitCode, stderr } = await command('runs', 'list')
    expect(blocks).not.toEqual([])
    expect(stderr).toContain(`mv ${table} ${table}.damaged`)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(exitCode).toBe(1)
  })

  it('a state folder that is a file is refused with advice', async () => {
    const broken = join(folder, 'broken')
    writeFileSync(broken, 'a file where a folder should be')
    const { exitCode, stderr } = await runCli(['runs', 'list', '--dags', 'dags/hello.ts', '--state-dir', broken])
    expect(stderr).toContain('  fix ')
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(exitCode).toBe(1)
  })
})
