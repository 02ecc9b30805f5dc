/** The door: a Step Functions on loopback or in this process, in memory or on disk. */

import type { AddressInfo } from 'node:net'
import { createStepFunctions } from './core.ts'
import { listen } from './endpoint.ts'
import type { StepFunctionsOptions, StepFunctionsServer } from './port.ts'

export { createStepFunctions, type StepFunctionsCore } from './core.ts'
export { checkDefinition, renderDiagnostics } from './definition/check-definition.ts'
export type { LambdaOutcome, StatusChange, StepFunctionsOptions, StepFunctionsServer } from './port.ts'

/**
 * Rebuilds what `dataDir` holds, lets open executions go on, then listens on 127.0.0.1. Rejects when the port is in use.
 *
 * @param options.port @default 0, a free one
 */
export async function startStepFunctions(
  options: StepFunctionsOptions & { readonly port?: number },
): Promise<StepFunctionsServer> {
  const core = createStepFunctions(options)
  // The port first: when it is taken, nothing must have begun.
  let begin = () => {}
  const recovered = new Promise<void>((resolve) => {
    begin = resolve
  }).then(() => core.recover())
  const server = await listen(core, options.port ?? 0, recovered)
  const { port } = server.address() as AddressInfo // a TCP server that is listening
  begin()
  await recovered
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      core.close()
    },
  }
}
