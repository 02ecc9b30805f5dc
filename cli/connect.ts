/**
 * Gives a command a running world: the one that `stepdag dev` has open, or one of its own that lives as long as the
 * command and fires no schedule.
 */
import { readWorldFile, startWorld, type WorldEvent } from '../local/index.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { saying } from './output/waiting.ts'
import { findPlaces } from './places.ts'
import type { PlaceOptions } from './program.ts'
import type { Terminal } from './terminal.ts'

export interface Connection {
  readonly api: ApiClient
  /** Endpoint of the local Step Functions. */
  readonly stepFunctions: string
  /** Problems of DAG files that this command compiled itself; none when it found a world running. */
  readonly problems: WorldProblems
  close(): Promise<void>
}

type WorldProblems = Awaited<ReturnType<typeof startWorld>>['problems']

/** @param report hears what happens in a world that this command started; a running one reports to its own terminal. */
export async function connect(
  terminal: Terminal,
  options: PlaceOptions,
  report: (event: WorldEvent) => void = () => {},
): Promise<Connection> {
  const places = findPlaces(terminal.cwd, options)
  const running = readWorldFile(places.stateDir)
  if (running) {
    if (options.dags !== undefined)
      terminal.note(`--dags is not used: the world at ${running.apiUrl} is running with its own`)
    return {
      api: createApiClient(running.apiUrl),
      stepFunctions: running.endpoints.stepFunctions,
      problems: [],
      close: async () => {},
    }
  }
  const starting = startWorld({ ...places, port: 0, schedules: false, watch: false, report })
  const world = await saying(terminal, 'starting a local world for this command', starting)
  return {
    api: createApiClient(world.apiUrl),
    stepFunctions: world.endpoints.stepFunctions,
    problems: world.problems,
    close: () => world.close(),
  }
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
