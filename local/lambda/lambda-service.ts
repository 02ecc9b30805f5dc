/**
 * The local Lambda: functions by name and version, invoked directly by the local Step Functions or through an HTTP
 * endpoint by any `LambdaClient`. Function errors are answers, in the shape a Node Lambda gives them.
 */
import { randomUUID } from 'node:crypto'
import type { LambdaOutcome } from '../step-functions/port.ts'
import type { FunctionRegistry } from './function-registry.ts'
import { createFunctionRegistry } from './function-registry.ts'
import type { FunctionVersion } from './function-version.ts'
import { functionArn } from './function-version.ts'
import type { FunctionError, InvocationResult } from './function-worker.ts'
import { startFunctionWorker } from './function-worker.ts'
import type { WorkerPool } from './worker-pool.ts'
import { createWorkerPool } from './worker-pool.ts'

export interface LambdaServiceOptions {
  readonly region: string
  readonly accountId: string
  /** Threads for tasks; see `defaultTaskWorkers`. */
  readonly maxTaskWorkers: number
  /** Threads for the platform's own functions. */
  readonly maxPlatformWorkers: number
  readonly onLine: (line: FunctionLine) => void
}

export interface FunctionLine {
  readonly functionName: string
  readonly pool: FunctionVersion['pool']
  readonly requestId: string
  readonly line: string
}

export interface LambdaService {
  readonly functions: Pick<FunctionRegistry, 'find'>
  /** Adds a version; idle workers of the version it supersedes are ended. */
  put(version: FunctionVersion, options: { readonly current: boolean }): void
  /** Runs a function by name or ARN. Never rejects: an unknown function is an error answer too. @param requestId @default a new one */
  invoke(address: string, payload: string, requestId?: string): Promise<LambdaOutcome>
  /** Invocations that wait or run. */
  load(): number
  close(): Promise<void>
}

/** Lambda's quota on a synchronous answer. */
const maxAnswerBytes = 6_291_556

export function createLambdaService(options: LambdaServiceOptions): LambdaService {
  const registry = createFunctionRegistry()
  const pool = (maxWorkers: number) =>
    createWorkerPool({ maxWorkers, start: startFunctionWorker, keepWarm: registry.isCurrent })
  const pools = { task: pool(options.maxTaskWorkers), platform: pool(options.maxPlatformWorkers) }
  return {
    functions: registry,
    put(version, { current }) {
      registry.put(version, { current })
      if (current) pools[version.pool].endIdle(registry.isCurrent)
    },
    async invoke(address, payload, requestId = randomUUID()) {
      const version = registry.find(address)
      if (!version) return unknownFunction(address)
      return outcome(await run(options, pools[version.pool], version, { payload, requestId }))
    },
    load: () => pools.task.load() + pools.platform.load(),
    close: async () => void (await Promise.all([pools.task.close(), pools.platform.close()])),
  }
}

function run(
  options: LambdaServiceOptions,
  pool: WorkerPool,
  version: FunctionVersion,
  { payload, requestId }: { readonly payload: string; readonly requestId: string },
) {
  const { name: functionName } = version
  return pool.run(version, {
    requestId,
    invokedFunctionArn: functionArn(options, functionName, version.version),
    payload,
    onLine: (line) => options.onLine({ functionName, pool: version.pool, requestId, line }),
  })
}

function outcome(result: InvocationResult): LambdaOutcome {
  if (!result.ok) return failure(result.error)
  const bytes = Buffer.byteLength(result.payload)
  if (bytes <= maxAnswerBytes) return { ok: true, payload: result.payload }
  return failure({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maxAnswerBytes} bytes).`,
  })
}

/** Error and cause as Step Functions shows a failed function: its error type, and the whole answer as text. */
function failure(error: FunctionError): LambdaOutcome {
  return { ok: false, error: error.errorType, cause: JSON.stringify(error) }
}

function unknownFunction(address: string): LambdaOutcome {
  return { ok: false, error: 'Lambda.ResourceNotFoundException', cause: `Function not found: ${address}` }
}
