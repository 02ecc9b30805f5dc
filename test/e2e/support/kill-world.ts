/**
 * Many runs of one DAG in a world that is killed again and again until all of them have ended, and what must hold then: every
 * run succeeded, what was recorded as done was not done again, and nothing of the killed worlds is left.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ListExecutionsCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn'
import { readWorldFile } from '../../../local/index.ts'
import { credentials, place } from '../../../local/settings.ts'
import { apiAt } from './api.ts'
import { startDev } from './dev-process.ts'
import { layeredDag, type TestProject } from './project.ts'
import { succeededTasks } from './records-on-disk.ts'

export interface KillWorldOptions {
  readonly runs: number
  /** A multiple of 10. */
  readonly tasks: number
  /** From the moment at which a world answers to its SIGKILL. */
  readonly killEveryMs: number
  readonly log: (line: string) => void
}

export interface KillWorldFigures {
  readonly runs: number
  readonly tasks: number
  readonly kills: number
  readonly seconds: number
  readonly succeeded: number
  /** Effects of tasks whose success was on disk at a kill, and that happened again. */
  readonly repeatedSuccesses: readonly string[]
  /** Effects that happened again because a kill came between the effect and its record: at least once, by design. */
  readonly repeatedInFlight: number
  /** Tasks whose effect happened. */
  readonly effects: number
  readonly openExecutions: readonly string[]
  /** Processes of killed worlds that are still there. Null where there is no /proc to look. */
  readonly orphans: readonly string[] | null
}

const dagId = 'layered'
/** Enough for 100 runs of 50 tasks many times over; a world that gets nowhere must not be killed for ever. */
const mostKills = 300

export async function killWorld(project: TestProject, options: KillWorldOptions): Promise<KillWorldFigures> {
  const begun = performance.now()
  project.write('layered.ts', layeredDag(options.tasks))
  const mark = `${process.pid}-${Math.round(begun)}`
  const runIds = Array.from({ length: options.runs }, (_, n) => `kill-${n}`)
  const ranAtKill = new Map<string, number>()
  for (let kills = 0; kills <= mostKills; kills++) {
    const world = await startDev(project, { [markName]: mark })
    const api = apiAt(world.apiUrl)
    const started = triggerMissing(api, runIds)
    if (await endedWithin(api, options)) {
      await started
      const openExecutions = await openExecutionsOf(project)
      const states = (await api.runs(dagId)).map(({ state }) => state)
      await world.kill()
      return {
        ...options,
        kills,
        seconds: (performance.now() - begun) / 1000,
        succeeded: states.filter((state) => state === 'success').length,
        openExecutions,
        orphans: await orphansOf(mark),
        ...effects(project, ranAtKill, runIds),
      }
    }
    await world.kill()
    await started
    await noteRecorded(project, runIds, ranAtKill)
    options.log(`kill ${kills + 1}: ${ranAtKill.size} of ${options.runs * options.tasks} tasks are recorded as done`)
  }
  throw new Error(`the runs have not ended after ${mostKills} kills`)
}

type Api = ReturnType<typeof apiAt>

/** As any client does: what was not answered is asked again in the next world; what exists already is refused there. */
async function triggerMissing(api: Api, runIds: readonly string[]): Promise<void> {
  const present = new Set((await api.runs(dagId).catch(() => [])).map((run) => run.dag_run_id))
  const missing = runIds.filter((runId) => !present.has(runId))
  await Promise.allSettled(missing.map((runId) => api.trigger(dagId, { dag_run_id: runId })))
}

async function endedWithin(api: Api, { runs, killEveryMs }: KillWorldOptions): Promise<boolean> {
  const untilMs = performance.now() + killEveryMs
  while (performance.now() < untilMs) {
    const states = (await api.runs(dagId)).map(({ state }) => state)
    if (states.length === runs && states.every((state) => state === 'success' || state === 'failed')) return true
    await pause(Math.min(200, Math.max(0, untilMs - performance.now())))
  }
  return false
}

/** Effects so far of every task whose success is on disk now: this number must not grow. */
async function noteRecorded(project: TestProject, runIds: readonly string[], ranAtKill: Map<string, number>) {
  const ran = counted(project.sideEffects())
  const recorded = await succeededTasks(
    project.stateDir,
    runIds.map((runId) => ({ dagId, runId })),
  )
  for (const task of recorded) if (!ranAtKill.has(task)) ranAtKill.set(task, ran.get(task) ?? 0)
}

function effects(project: TestProject, ranAtKill: ReadonlyMap<string, number>, runIds: readonly string[]) {
  const ran = counted(project.sideEffects())
  const ofRuns = new Set(runIds)
  return {
    effects: [...ran.keys()].filter((task) => ofRuns.has(task.split(' ')[0]!)).length,
    repeatedSuccesses: [...ranAtKill].flatMap(([task, times]) => (ran.get(task) === times ? [] : [task])),
    repeatedInFlight: [...ran.values()].reduce((sum, times) => sum + times - 1, 0),
  }
}

function counted(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

async function openExecutionsOf(project: TestProject): Promise<string[]> {
  const endpoint = readWorldFile(project.stateDir)!.endpoints.stepFunctions
  const client = new SFNClient({ endpoint, region: place.region, credentials })
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}))
  const open = await Promise.all(
    stateMachines.map(({ stateMachineArn }) =>
      client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' })),
    ),
  )
  client.destroy()
  return open.flatMap(({ executions = [] }) => executions.map(({ executionArn }) => executionArn!))
}

/** In the environment of every world, and of whatever it starts. */
const markName = 'STEPDAG_KILL_WORLD'

/** Whoever still carries the mark a moment after the last kill. */
async function orphansOf(mark: string): Promise<string[] | null> {
  if (!existsSync('/proc/self/environ')) return null
  for (let look = 0; look < 50 && marked(mark).length > 0; look++) await pause(100)
  return marked(mark)
}

function marked(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`${markName}=${mark}`))
}

/** Empty for processes of others, and for those that have just ended. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}
