/**
 * One worker thread with one function version in it. It serves one invocation at a time; whatever ends the thread
 * (crash, exit, out of memory, timeout) becomes the answer AWS would give, and the thread is never used again.
 */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { realClock } from '../clock.ts'
import type { FunctionVersion } from './function-version.ts'
import { lineSplitter } from './line-splitter.ts'

export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError }

export interface Invocation {
  readonly requestId: string
  readonly invokedFunctionArn: string
  readonly payload: string
  /** Every line the function prints, in order, before the result. */
  readonly onLine: (line: string) => void
}

export interface FunctionWorker {
  readonly version: FunctionVersion
  /** False once the thread has ended. */
  isAlive(): boolean
  /** Never rejects. One at a time. */
  invoke(invocation: Invocation): Promise<InvocationResult>
  terminate(): Promise<void>
}

/** Time for a bundle to load. AWS gives 10 s and then starts over within the function's timeout. */
const loadLimitSeconds = 60
const defaultTimeoutSeconds = 900
const defaultMemoryMb = 512

type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'answer'; readonly payload: string }
  | { readonly kind: 'error' | 'crash' | 'unloadable'; readonly error: FunctionError }

export function startFunctionWorker(version: FunctionVersion): FunctionWorker {
  const thread = startThread(version)
  const thisWorker = { alive: true, ready: false, job: null as Job | null, deathBed: null as FunctionError | null }

  const settle = (result: InvocationResult) => {
    const job = thisWorker.job
    thisWorker.job = null
    job?.finish(result)
  }
  const dispatch = () => {
    if (thisWorker.ready) thisWorker.job?.send(thread)
  }
  thread.on('message', (message: FromThread) => {
    switch (message.kind) {
      case 'ready':
        thisWorker.ready = true
        return dispatch()
      case 'output':
        return thisWorker.job?.print(message.stream, message.text)
      case 'answer':
        return settle({ ok: true, payload: message.payload })
      case 'error':
        return settle({ ok: false, error: message.error })
      case 'crash':
        thisWorker.deathBed = message.error
        return
      case 'unloadable':
        thisWorker.deathBed = message.error
        thisWorker.alive = false
        void thread.terminate()
    }
  })
  thread.on('error', (error) => {
    thisWorker.deathBed ??= lastWords(error)
  })
  thread.on('exit', (code) => {
    thisWorker.alive = false
    settle({ ok: false, error: nameRequest(thisWorker.deathBed ?? exited(code), thisWorker.job) })
  })

  return {
    version,
    isAlive: () => thisWorker.alive,
    invoke: (invocation) =>
      new Promise((resolve) => {
        if (!thisWorker.alive) return resolve({ ok: false, error: thisWorker.deathBed ?? exited(1) })
        thisWorker.job = startJob(version, invocation, resolve, (error) => {
          thisWorker.alive = false
          thisWorker.deathBed = error
          void thread.terminate()
        })
        dispatch()
      }),
    terminate: async () => {
      thisWorker.alive = false
      await thread.terminate()
    },
  }
}

function startThread(version: FunctionVersion): Worker {
  const thread = new Worker(new URL('./worker-thread.mjs', import.meta.url), {
    workerData: { entry: join(version.directory, 'index.mjs') },
    env: { ...runtimeEnvironment(version), ...version.environment() },
    resourceLimits: { maxOldGenerationSizeMb: version.memoryMb ?? defaultMemoryMb },
    // The loader flags of the process around (tsx, vitest) are not for bundles.
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  // The thread sends its output as messages; what still comes here is Node's own last words, e.g. on out of memory.
  thread.stdout.resume()
  thread.stderr.resume()
  return thread
}

/** What Lambda sets, of use to a handler. Source: AWS Lambda Developer Guide, "Defined runtime environment variables". */
function runtimeEnvironment(version: FunctionVersion): Record<string, string> {
  return {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: version.name,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMb ?? defaultMemoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${version.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: version.directory,
    _HANDLER: 'index.handler',
  }
}

interface Job {
  send(thread: Worker): void
  print(stream: 'stdout' | 'stderr', text: string): void
  finish(result: InvocationResult): void
  readonly requestId: string
}

function startJob(
  version: FunctionVersion,
  invocation: Invocation,
  resolve: (result: InvocationResult) => void,
  kill: (error: FunctionError) => void,
): Job {
  const { requestId } = invocation
  const lines = { stdout: lineSplitter(invocation.onLine), stderr: lineSplitter(invocation.onLine) }
  const timeoutSeconds = version.timeoutSeconds ?? defaultTimeoutSeconds
  const limit = (seconds: number) =>
    realClock.alarm(realClock.now() + seconds * 1000, () => kill(timedOut(requestId, seconds)))
  let cancelLimit = limit(loadLimitSeconds)
  return {
    requestId,
    send(thread) {
      cancelLimit()
      cancelLimit = limit(timeoutSeconds)
      const deadlineMs = realClock.now() + timeoutSeconds * 1000
      thread.postMessage({ payload: invocation.payload, deadlineMs, context: lambdaContext(version, invocation) })
    },
    print: (stream, text) => lines[stream].write(text),
    finish(result) {
      cancelLimit()
      lines.stdout.end()
      lines.stderr.end()
      resolve(result)
    },
  }
}

function lambdaContext(version: FunctionVersion, invocation: Invocation): Record<string, unknown> {
  return {
    awsRequestId: invocation.requestId,
    functionName: version.name,
    functionVersion: version.version,
    invokedFunctionArn: invocation.invokedFunctionArn,
    memoryLimitInMB: String(version.memoryMb ?? defaultMemoryMb),
    logGroupName: `/aws/lambda/${version.name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
  }
}

/** The words of AWS: Step Functions matches `Sandbox.Timedout` as an error name. */
function timedOut(requestId: string, seconds: number): FunctionError {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  }
}

function exited(code: number): FunctionError {
  const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`
  return { errorType: 'Runtime.ExitError', errorMessage: `Error: Runtime exited ${how}` }
}

function lastWords(error: Error & { code?: string }): FunctionError {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: 'Error: Runtime exited with error: signal: killed' }
  }
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
}

function nameRequest(error: FunctionError, job: Job | null): FunctionError {
  if (!['Runtime.ExitError', 'Runtime.OutOfMemory'].includes(error.errorType) || !job) return error
  return { ...error, errorMessage: `RequestId: ${job.requestId} ${error.errorMessage}` }
}
