import { afterAll, expect, it } from 'vitest'
import { apiAt } from './support/api.ts'
import { type DevProcess, startDev } from './support/dev-process.ts'
import { chainDag, makeProject, nDag } from './support/project.ts'
import { succeededTasks } from './support/records-on-disk.ts'

const project = makeProject()
const running: { dev?: DevProcess } = {}
afterAll(async () => {
  await running.dev?.kill()
  project.remove()
})

const count = (lines: readonly string[], line: string) => lines.filter((one) => one === line).length
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
/** Early: while runs are being started. Later: among tasks, gates and verdicts. */
const killAfterMs = [250, 900, 1700]

it('loses no run and repeats no recorded success, however often the world is killed', {
  timeout: 180_000,
}, async () => {
  project.write('n.ts', nDag)
  project.write('chain.ts', chainDag)
  const runs: { dagId: string; runId: string }[] = []
  const ranAtKill = new Map<string, number>()

  for (const [life, afterMs] of killAfterMs.entries()) {
    running.dev = await startDev(project)
    const api = apiAt(running.dev.apiUrl)
    const started = ['n_graph', 'n_graph', 'n_graph', 'chain'].map(async (dagId) => {
      const { dag_run_id: runId } = await api.trigger(dagId)
      runs.push({ dagId, runId })
    })
    // In the first life some requests die with the world; what was answered counts.
    const answered = Promise.allSettled(started)
    if (life > 0) await answered
    await pause(afterMs)
    await running.dev.kill()
    await answered
    const ran = project.sideEffects()
    for (const task of await succeededTasks(project.stateDir, runs)) ranAtKill.set(task, count(ran, task))
  }

  running.dev = await startDev(project)
  const api = apiAt(running.dev.apiUrl)
  const recorded = [...(await api.runs('n_graph')), ...(await api.runs('chain'))].map(({ dag_run_id: runId }) => runId)
  expect(recorded).toEqual(expect.arrayContaining(runs.map(({ runId }) => runId)))
  const dagOf = new Map((await api.runs('chain')).map(({ dag_run_id: runId }) => [runId, 'chain']))
  for (const runId of recorded) {
    const dagId = dagOf.get(runId) ?? 'n_graph'
    expect(await api.ended(dagId, runId)).toMatchObject({ dag_run_id: runId, state: 'success' })
    const states = Object.values(await api.tasks(dagId, runId)).map(({ state }) => state)
    expect(states).toEqual(states.map(() => 'success'))
  }
  const ran = project.sideEffects()
  expect(ranAtKill.size).toBeGreaterThan(0)
  for (const [task, times] of ranAtKill) expect(`${task}: ${count(ran, task)}`).toBe(`${task}: ${times}`)
})
