/**
 * The door of the local world, and its entry point: the one place below `local/` that reads the process's environment.
 * Servers, SDK clients and compiler are loaded by `startWorld` alone: most commands only look for a running world.
 */
import type { Clock } from './clock.ts'
import type { StandaloneOptions, StandaloneServer } from './standalone/serve.ts'
import type { World, WorldOptions } from './world.ts'

export type { Clock } from './clock.ts'
export * from './world.ts'
export { readWorldFile } from './world-file.ts'

/**
 * Compiles the project and runs it on this machine: every AWS service it needs as a server on 127.0.0.1, all state in
 * one folder. Resolves when every DAG that compiles is registered and the API answers.
 *
 * @param options.clock time for schedules, retries and timeouts; functions always run in real time. @default real time
 * @throws WorldProblem when something the user can change stands in the way: a port, the folder, another world
 */
export async function startWorld(options: WorldOptions & { readonly clock?: Clock }): Promise<World> {
  const [{ realClock }, { openWorld }] = await Promise.all([import('./clock.ts'), import('./open-world.ts')])
  return openWorld({ clock: realClock, ...options, around: process.env })
}

/**
 * Serves the local Step Functions alone, for any AWS SDK or the AWS CLI. Tasks call what the options or
 * `AWS_ENDPOINT_URL_<SERVICE>` name.
 *
 * @throws WorldProblem when the port or the folder is in use
 */
export async function serveStepFunctions(
  options: Omit<StandaloneOptions, 'around' | 'projectDir'>,
): Promise<StandaloneServer> {
  const { serveStandalone } = await import('./standalone/serve.ts')
  return serveStandalone({ ...options, projectDir: process.cwd(), around: process.env })
}
