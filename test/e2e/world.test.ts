import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../local/http/loopback-server.ts'
import { startWorld, type World, type WorldEvent, type WorldOptions } from '../../local/index.ts'
import { eventually } from '../local/support/eventually.ts'
import { handClock } from '../local/support/hand-clock.ts'
import { apiAt } from './support/api.ts'
import {
  bigDag,
  chainDag,
  failingDag,
  flakyDag,
  makeProject,
  minuteDag,
  nDag,
  type TestProject,
} from './support/project.ts'

const options = (project: TestProject, more: Partial<WorldOptions> = {}): WorldOptions => ({
  projectDir: project.projectDir,
  dagsPath: project.dagsDir,
  stateDir: project.stateDir,
  port: 0,
  schedules: true,
  watch: false,
  report: () => {},
  ...more,
})

describe('a world', () => {
  const project = makeProject()
  const events: WorldEvent[] = []
  const running: { world?: World } = {}
  const api = () => apiAt(running.world?.apiUrl ?? '')
  const start = async () => {
    running.world = await startWorld(options(project, { report: (event) => events.push(event) }))
  }
  beforeAll(async () => {
    project.write('chain.ts', chainDag)
    project.write('n.ts', nDag)
    project.write('flaky.ts', flakyDag)
    project.write('failing.ts', failingDag)
    project.write('big.ts', bigDag)
    project.write('broken.ts', 'export const dag = new Dag(')
    await start()
  })
  afterAll(async () => {
    await running.world?.close()
    project.remove()
  })

  it('serves every DAG that compiles and reports the file that does not', () => {
    expect(running.world?.dagIds).toEqual(['big', 'chain', 'failing', 'flaky', 'n_graph'])
    expect(running.world?.problems.map(({ where }) => where.file)).toEqual(['dags/broken.ts'])
    expect(events.filter(({ kind }) => kind === 'registered')).toHaveLength(5)
  })

  it('runs a chain: results travel, output is heard, the run is recorded', async () => {
    const { dag_run_id: runId } = await api().trigger('chain')
    expect((await api().ended('chain', runId)).state).toBe('success')
    const tasks = await api().tasks('chain', runId)
    expect(Object.values(tasks).map(({ state, try_number: tries }) => [state, tries])).toEqual([
      ['success', 1],
      ['success', 1],
    ])
    const result = await api().get(
      `/dags/chain/dagRuns/${encodeURIComponent(runId)}/taskInstances/second/xcomEntries/return_value`,
    )
    expect(JSON.stringify(result.value)).toContain('42')
    expect(project.sideEffects().filter((line) => line.startsWith(runId))).toEqual([
      `${runId} first`,
      `${runId} second`,
    ])
    expect(events).toContainEqual({ kind: 'log', functionName: 'stepdag-task-chain', line: 'hello from first' })
    await eventually(
      () => events,
      (all) => all.some((event) => event.kind === 'run' && event.runId === runId && event.state === 'success'),
    )
  })

  it('runs an N graph: each task once, gates open', async () => {
    const { dag_run_id: runId } = await api().trigger('n_graph')
    expect((await api().ended('n_graph', runId)).state).toBe('success')
    const ran = project.sideEffects().filter((line) => line.startsWith(runId))
    expect([...ran].sort()).toEqual(['a', 'b', 'c', 'd'].map((task) => `${runId} ${task}`))
  })

  it('retries, and counts the tries', async () => {
    const { dag_run_id: runId } = await api().trigger('flaky')
    expect((await api().ended('flaky', runId)).state).toBe('success')
    expect((await api().tasks('flaky', runId)).wobble).toMatchObject({ state: 'success', try_number: 3 })
  })

  it('records a failure, what it stops, and the verdict', async () => {
    const { dag_run_id: runId } = await api().trigger('failing')
    expect((await api().ended('failing', runId)).state).toBe('failed')
    const tasks = await api().tasks('failing', runId)
    expect([tasks.bad?.state, tasks.after?.state]).toEqual(['failed', 'upstream_failed'])
  })

  it('carries a result that is too large for the record', async () => {
    const { dag_run_id: runId } = await api().trigger('big')
    expect((await api().ended('big', runId)).state).toBe('success')
    const result = await api().get(
      `/dags/big/dagRuns/${encodeURIComponent(runId)}/taskInstances/measure/xcomEntries/return_value`,
    )
    expect(JSON.stringify(result.value)).toContain('200000')
  })

  it('starts a run that waits for its time by itself', async () => {
    const soon = new Date(Date.now() + 1500).toISOString()
    const { dag_run_id: runId, state } = await api().trigger('chain', { run_after: soon })
    expect(state).toBe('queued')
    expect((await api().ended('chain', runId)).state).toBe('success')
  })

  it('refuses a second world in the same folder and says where the first is', async () => {
    await expect(startWorld(options(project))).rejects.toMatchObject({
      problem: { code: 'world-already-running', what: expect.stringContaining(running.world?.apiUrl ?? '?') },
    })
  })

  it('finds its old runs after a restart', async () => {
    const before = await api().runs('flaky')
    await running.world?.close()
    await start()
    expect(await api().runs('flaky')).toEqual(before)
    const { dag_run_id: runId } = await api().trigger('chain')
    expect((await api().ended('chain', runId)).state).toBe('success')
  })
})

describe('a world that cannot start', () => {
  const project = makeProject()
  afterAll(() => project.remove())

  it('names the port that is taken, and leaves nothing open', async () => {
    project.write('chain.ts', chainDag)
    const other = await listenOnLoopback(createServer(), 0)
    await expect(startWorld(options(project, { port: other.port }))).rejects.toMatchObject({
      name: 'WorldProblem',
      problem: { code: 'port-in-use', what: expect.stringContaining(String(other.port)) },
    })
    await other.close()
    const world = await startWorld(options(project, { port: other.port }))
    expect(world.apiUrl).toBe(`http://127.0.0.1:${other.port}`)
    await world.close()
  })
})

describe('a state folder with foreign things in it', () => {
  it.each(['world.json', 'objects/stepdag-objects', 'dynamodb'])('%s of the wrong kind is a problem', async (path) => {
    const project = makeProject()
    const place = join(project.stateDir, path)
    mkdirSync(dirname(place), { recursive: true })
    if (path === 'world.json') mkdirSync(join(place, 'sub'), { recursive: true })
    else writeFileSync(place, 'x')
    await expect(startWorld(options(project))).rejects.toMatchObject({
      name: 'WorldProblem',
      problem: { fix: expect.stringContaining(`mv ${place} `) },
    })
    project.remove()
  })
})

describe('schedules and changes', () => {
  const opened: { project?: TestProject; world?: World } = {}
  afterEach(async () => {
    await opened.world?.close()
    opened.project?.remove()
  })

  it('a tick makes a run by itself', async () => {
    const project = makeProject()
    opened.project = project
    project.write('minutely.ts', minuteDag)
    // The platform's functions read the real clock, so the hand-moved one starts from there.
    const start = Math.floor(Date.now() / 60_000) * 60_000
    const clock = handClock(new Date(start + 5_000).toISOString())
    const world = await startWorld({ ...options(project), clock })
    opened.world = world
    const api = apiAt(world.apiUrl)
    clock.moveTo(new Date(start + 60_000).toISOString())
    const [run] = await eventually(
      () => api.runs('minutely'),
      (runs) => runs.length > 0,
    )
    expect(run?.run_type).toBe('scheduled')
  })

  it('a changed file becomes a new version; a broken one leaves the old version running; a deleted one goes', async () => {
    const project = makeProject()
    opened.project = project
    project.write('chain.ts', chainDag)
    project.write('gone.ts', chainDag.replace("'chain'", "'gone'"))
    const events: WorldEvent[] = []
    const world = await startWorld(options(project, { watch: true, report: (event) => events.push(event) }))
    opened.world = world
    const api = apiAt(world.apiUrl)
    const versionOf = (version: number) =>
      eventually(
        () => events,
        (all) => all.some((event) => event.kind === 'registered' && event.version === version),
      )
    project.write('chain.ts', chainDag.replace('from.rows * 21', 'from.rows * 50'))
    await versionOf(2)
    project.write('chain.ts', 'export const dag = (')
    await eventually(
      () => world.problems,
      (problems) => problems.length > 0,
    )
    expect(world.dagIds).toEqual(['chain', 'gone'])
    const { dag_run_id: runId } = await api.trigger('chain')
    expect((await api.ended('chain', runId)).state).toBe('success')
    const path = `/dags/chain/dagRuns/${encodeURIComponent(runId)}/taskInstances/second/xcomEntries/return_value`
    expect(JSON.stringify((await api.get(path)).value)).toContain('100')
    project.write('gone.ts', 'export const nothing = 1')
    await eventually(
      () => world.dagIds,
      (dagIds) => dagIds.length === 1,
    )
    await expect(api.trigger('gone')).rejects.toThrow(/gone/)
  })
})
