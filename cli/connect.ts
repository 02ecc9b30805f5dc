/**
 * Gives a command a running world: the one that `stepdag dev` has open, or one of its own that lives as long as the
 * command and fires no schedule.
 */
import { readWorldFile, startWorld, type WorldEvent } from '../local/index.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { hasCode } from './cli-error.ts'
import { renderNotice } from './output/notice.ts'
import { saying } from './output/waiting.ts'
import { findPlaces } from './places.ts'
import type { PlaceOptions } from './program.ts'
import type { Terminal } from './terminal.ts'

export interface Connection {
  readonly api: ApiClient
  /** Endpoint of the local Step Functions. */
  readonly stepFunctions: string
  /** Problems of DAG files that this command compiled itself; none when it found a world running. */
  readonly problems: World['problems']
  close(): Promise<void>
}

type World = Awaited<ReturnType<typeof startWorld>>
type RunningWorld = Pick<World, 'apiUrl' | 'endpoints'>

/** @param report hears what happens in a world that this command started; a running one reports to its own terminal. */
export async function connect(
  terminal: Terminal,
  options: PlaceOptions,
  report: (event: WorldEvent) => void = tellNotices(terminal),
): Promise<Connection> {
  const places = findPlaces(terminal.cwd, options)
  const running = readWorldFile(places.stateDir)
  if (running) {
    if (options.dags !== undefined) terminal.note(`--dags is not used: the world at ${running.apiUrl} has its own`)
    return toRunning(running)
  }
  try {
    const starting = startWorld({ ...places, port: 0, schedules: false, watch: false, report })
    return toOwn(await saying(terminal, 'starting a local world for this command', starting))
  } catch (error) {
    if (!hasCode(error, 'world-already-running')) throw error
    return toRunning(await waitForWorld(places.stateDir, error))
  }
}

/** What a world of a command's own healed or could not do; the rest of what happens there is in its logs. */
export function tellNotices(terminal: Terminal): (event: WorldEvent) => void {
  return (event) => {
    if (event.kind === 'notice') terminal.note(renderNotice(event))
  }
}

function toRunning({ apiUrl, endpoints }: RunningWorld): Connection {
  const { stepFunctions } = endpoints
  return { api: createApiClient(apiUrl), stepFunctions, problems: [], close: async () => {} }
}

function toOwn(world: World): Connection {
  const { apiUrl, endpoints, problems } = world
  return {
    api: createApiClient(apiUrl),
    stepFunctions: endpoints.stepFunctions,
    problems,
    close: () => world.close(),
  }
}

const longestStartMs = 20_000
const pollMs = 100

/** Another command has begun to start a world in this moment: waits until it says where it is. */
async function waitForWorld(stateDir: string, otherwise: unknown): Promise<RunningWorld> {
  const endMs = performance.now() + longestStartMs
  while (performance.now() < endMs) {
    const running = readWorldFile(stateDir)
    if (running) return running
    await new Promise((next) => setTimeout(next, pollMs))
  }
  throw otherwise
}

/** Runs `work` with a connection and closes it whatever happens. */
export async function withConnection<T>(
  terminal: Terminal,
  options: PlaceOptions,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(terminal, options)
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
