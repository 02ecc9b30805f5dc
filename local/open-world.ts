/**
 * Puts the local world together: lock, servers, functions, API, DAGs, alarms, watch, and the file by which others find
 * it. What was opened before a failure is closed again.
 */
import { join } from 'node:path'
import { heartbeatThrough, releaseThrough } from '../lambdas/arrival/index.ts'
import type { DagRecord, LaunchRequest, RegisterRequest, TaskCall } from '../run-model/index.ts'
import { type Clock, realClock } from './clock.ts'
import { type Closers, createClosers } from './closers.ts'
import { createProjectDeployer, type ProjectDeployer } from './deploy/deploy-project.ts'
import { earlierVersions } from './deploy/earlier-versions.ts'
import { platformBundles } from './deploy/platform-bundles.ts'
import { platformFunctions } from './deploy/platform-functions.ts'
import { reportProblems, watchProject } from './deploy/watch-project.ts'
import { sweepExpiredItems } from './dynamodb/run-table.ts'
import { runReport } from './events/run-reports.ts'
import { statusEvents } from './events/status-events.ts'
import { launchPort } from './http/launch-port.ts'
import { serveApi } from './http/serve-api.ts'
import type { FunctionLine } from './lambda/lambda-service.ts'
import { openLogFiles } from './lambda/log-files.ts'
import { type Platform, startPlatform } from './platform.ts'
import { thisProcess } from './process-identity.ts'
import { createScheduler, type Scheduler } from './scheduler/scheduler.ts'
import { names, place } from './settings.ts'
import { type Life, startFailure } from './start-failure.ts'
import { openStateFolder, type StateFolder } from './state-folder.ts'
import type { World, WorldOptions } from './world.ts'
import { removeWorldFile, writeWorldFile } from './world-file.ts'
import { lockWorld } from './world-lock.ts'

export interface OpenWorldOptions extends WorldOptions {
  readonly clock: Clock
  /** The environment of the process. */
  readonly around: Readonly<Record<string, string | undefined>>
}

/** Time for tasks in flight to end by themselves; what does not is repeated at the next start. */
const drainMs = 1_500

export async function openWorld(options: OpenWorldOptions): Promise<World> {
  const closers = createClosers()
  const life: Life = { isStarting: true, closing: null, tableFault: null }
  try {
    const world = await open(options, closers, life)
    life.isStarting = false
    return world
  } catch (error) {
    // The first failure is the one to tell.
    await closers.closeAll().catch(() => {})
    throw startFailure(error, life, options.stateDir)
  }
}

async function open(options: OpenWorldOptions, closers: Closers, life: Life): Promise<World> {
  const folder = openStateFolder(options.stateDir)
  closers.add(lockWorld(folder))
  removeWorldFile(folder.worldFile)
  const functions = signal()
  // Bundling is esbuild's work, in a process of its own: it goes on while the servers start.
  const bundling = platformBundles(join(folder.lambda, 'platform'))
  bundling.catch(() => {})
  const platform = await openPlatform(options, { folder, closers, life, functionsReady: functions.given })
  const scheduler = openScheduler(options, platform, closers)
  const heartbeat = { compiledAt: null as string | null }
  const api = await openApi(options, { platform, scheduler, heartbeat, life, ready: functions.given })
  closers.add(() => api.close())

  for (const version of await earlierVersions(join(folder.lambda, 'tasks'), platform.environment)) {
    platform.lambda.put(version, { current: false })
  }
  for (const version of platformFunctions(await bundling, platform.environment)) {
    platform.lambda.put(version, { current: true })
  }
  functions.give()
  const deployer = openDeployer(options, { folder, platform, scheduler })
  const project = { current: await deployer.deploy() }
  heartbeat.compiledAt = new Date(options.clock.now()).toISOString()
  reportProblems(options.report, project.current)
  await planWaitingRuns(options, platform, scheduler)
  scheduler.start()
  if (options.watch) {
    closers.add(
      watchProject({
        dagsPath: options.dagsPath,
        project,
        deployer,
        report: options.report,
        onDeployed: () => {
          heartbeat.compiledAt = new Date(options.clock.now()).toISOString()
        },
      }),
    )
  }
  const startedAt = new Date(options.clock.now()).toISOString()
  const { pid, startedAt: processStartedAt } = thisProcess()
  const { endpoints } = platform
  writeWorldFile(folder.worldFile, { pid, startedAt, processStartedAt, apiUrl: api.url, endpoints })
  closers.add(() => removeWorldFile(folder.worldFile))
  return {
    apiUrl: api.url,
    endpoints,
    get dagIds() {
      return project.current.dagIds
    },
    get problems() {
      return project.current.problems
    },
    close() {
      life.closing ??= platform.drain(drainMs).then(() => closers.closeAll())
      return life.closing
    },
  }
}

function openPlatform(
  { clock, around, projectDir, schedules, report }: OpenWorldOptions,
  parts: {
    readonly folder: StateFolder
    readonly closers: Closers
    readonly life: Life
    readonly functionsReady: Promise<void>
  },
): Promise<Platform> {
  const { folder, closers, life, functionsReady } = parts
  const onNotice = (notice: { what: string; fix: string | null }) => report({ kind: 'notice', ...notice })
  const logs = openLogFiles(folder.logs, ({ message }) =>
    onNotice({ what: `a log in ${folder.logs} cannot be written: ${message}`, fix: 'make room, then start again' }),
  )
  const startedAtMs = clock.now()
  // Changes are announced while the platform starts; they are delivered once its functions are there.
  const delivered: { platform: Platform | null } = { platform: null }
  const toReconciler = statusEvents({
    ...place,
    now: clock.now,
    deliver: (payload) => {
      void functionsReady.then(() => delivered.platform?.asynchronous.invokeLater(names.reconciler, payload))
    },
  })
  const starting = startPlatform(
    {
      folder,
      projectDir,
      clock,
      around,
      schedules,
      functionsReady,
      onNotice,
      onTableLost: (error) => {
        life.tableFault ??= error
        if (life.isStarting) return
        onNotice({
          what: `the run table stopped working: ${error.message}`,
          fix: `stop the world and start it again; if it does not open then, it says what to do with ${folder.dynamodb}`,
        })
      },
      onLine: (line) => {
        logs.append(line, new Date(realClock.now()))
        if (isOfTask(line)) report({ kind: 'log', functionName: line.functionName, line: line.line })
      },
      onStatusChange: (change) => {
        const event = runReport(change, startedAtMs)
        if (event) report(event)
        toReconciler(change)
      },
    },
    closers,
  )
  return starting.then((platform) => {
    delivered.platform = platform
    return platform
  })
}

/** Not the runtime's own structured lines: they are for searching, and stay in the log file. */
function isOfTask({ pool, line }: FunctionLine): boolean {
  return pool === 'task' && !(line.startsWith('{"level":"INFO"') && line.includes('"service":"stepdag"'))
}

function openScheduler({ clock, schedules }: OpenWorldOptions, platform: Platform, closers: Closers): Scheduler {
  const later = (functionName: string, event: object) =>
    platform.asynchronous.invokeLater(functionName, JSON.stringify(event))
  const scheduler = createScheduler({
    clock,
    firesTicks: schedules,
    launch: (request: LaunchRequest) => later(names.launcher, request),
    sweep: () => {
      later(names.reconciler, { kind: 'sweep' })
    },
  })
  closers.add(() => scheduler.close())
  return scheduler
}

interface ApiParts {
  readonly platform: Platform
  readonly scheduler: Scheduler
  readonly heartbeat: { readonly compiledAt: string | null }
  readonly life: Life
  /** A trigger that comes while the world starts waits for this. */
  readonly ready: Promise<void>
}

function openApi({ clock, port, report }: OpenWorldOptions, { platform, scheduler, heartbeat, life, ready }: ApiParts) {
  const launch = launchPort({
    invoke: async (payload) => {
      await ready
      return platform.lambda.invoke(names.launcher, payload)
    },
    now: clock.now,
    onQueued: (run) => scheduler.planAt(run.dagId, run.runAfter),
  })
  const health = async () => ({
    scheduler: beat('latest_scheduler_heartbeat', scheduler.lastBeat()),
    triggerer: beat('latest_triggerer_heartbeat', scheduler.lastBeat()),
    dag_processor: beat('latest_dag_processor_heartbeat', heartbeat.compiledAt),
  })
  const onBug = (reference: string, error: unknown) => {
    if (life.closing) {
      return report({
        kind: 'notice',
        what: `a request came while the world was closing and failed (${reference})`,
        fix: null,
      })
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    report({ kind: 'notice', what: `the API failed (${reference}): ${text}`, fix: 'please report this' })
  }
  const { store, stepFunctions } = platform
  const tokens = { release: releaseThrough(stepFunctions), heartbeat: heartbeatThrough(stepFunctions) }
  // Answers at once: Lambda keeps the event.
  const wake = async (fn: string, call: TaskCall) => platform.asynchronous.accept(fn, JSON.stringify(call))
  return serveApi({ store, launch, tokens, wake, now: () => new Date(clock.now()), health, report: onBug }, port)
}

function beat<Name extends string>(name: Name, at: string | null) {
  // One computed key: TypeScript widens it to any string.
  return { status: at === null ? null : 'healthy', [name]: at } as { status: 'healthy' | null } & Record<
    Name,
    string | null
  >
}

function openDeployer(
  options: OpenWorldOptions,
  { folder, platform, scheduler }: { folder: StateFolder; platform: Platform; scheduler: Scheduler },
): ProjectDeployer {
  const { projectDir, dagsPath, report } = options
  const announce = (dag: DagRecord) => {
    scheduler.schedule(dag.dagId, dag.schedule)
    const nextTick = dag.isPaused ? null : scheduler.nextTick(dag.dagId)
    report({ kind: 'registered', dagId: dag.dagId, version: dag.version, nextTick })
  }
  return createProjectDeployer({
    projectDir,
    dagsPath,
    outDir: join(folder.lambda, 'tasks'),
    lambda: platform.lambda,
    s3: platform.s3,
    stepFunctions: platform.stepFunctions,
    environment: platform.environment,
    store: platform.store,
    register: async (request: RegisterRequest) => {
      const outcome = await platform.lambda.invoke(names.registrar, JSON.stringify(request))
      if (!outcome.ok) throw new Error(`the registrar failed with ${outcome.error}: ${outcome.cause}`)
    },
    onDeployed: announce,
    onKept: announce,
    onRemoved: (dagId) => {
      scheduler.unschedule(dagId)
      report({ kind: 'notice', what: `${dagId} is no longer among the DAG files; its history stays`, fix: null })
    },
  })
}

/** Runs whose time had not come when an earlier world ended; and items past theirs. */
async function planWaitingRuns({ clock, report }: OpenWorldOptions, platform: Platform, scheduler: Scheduler) {
  for (const run of await platform.store.listOpenRuns()) {
    if (run.state === 'queued' && Date.parse(run.runAfter) > clock.now()) scheduler.planAt(run.dagId, run.runAfter)
  }
  void sweepExpiredItems(platform.dynamodb, names.table, clock.now()).catch((error: Error) =>
    report({ kind: 'notice', what: `old gate records were not swept: ${error.message}`, fix: null }),
  )
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  const parts = { give: () => {} }
  const given = new Promise<void>((resolve) => {
    parts.give = resolve
  })
  return { given, give: () => parts.give() }
}
