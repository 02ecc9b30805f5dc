/** The door: a Step Functions on loopback, in memory or on disk. */

import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { listen } from './endpoint.ts'
import { createEngine } from './engine.ts'
import type { StepFunctionsOptions, StepFunctionsServer } from './port.ts'
import { diskIndex, memoryIndex } from './storage/execution-index.ts'
import { diskLogs, memoryLogs } from './storage/execution-logs.ts'
import { diskMachines, memoryMachines } from './storage/machine-store.ts'

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
  const parts = openParts(options)
  const engine = createEngine({ options, ...parts })
  // The port first: when it is taken, nothing must have begun.
  let begin = () => {}
  const recovered = new Promise<void>((resolve) => {
    begin = resolve
  }).then(() => engine.recover())
  const server = await listen({ options, engine, ...parts }, options.port ?? 0, recovered)
  const { port } = server.address() as AddressInfo // a TCP server that is listening
  begin()
  await recovered
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      engine.close()
    },
  }
}

function openParts(options: StepFunctionsOptions) {
  const { dataDir } = options
  if (dataDir === null) return { machines: memoryMachines(), logs: memoryLogs(), index: memoryIndex() }
  mkdirSync(dataDir, { recursive: true })
  const damaged = (file: string, why: string) =>
    options.onNotice?.({
      what: `A damaged file was put aside: ${file} (${why}).`,
      fix: 'Everything else goes on. Delete the file when you do not need it; start what it held again.',
    })
  return {
    machines: diskMachines(dataDir, damaged),
    logs: diskLogs(join(dataDir, 'logs'), damaged),
    index: diskIndex(dataDir),
  }
}
