/**
 * Body of a worker thread: loads one Lambda bundle and answers one invocation after the other, as Lambda's Node runtime
 * does. Plain JavaScript, because a thread starts without the TypeScript loader of the process around it.
 * Output goes through the same port as answers, so that a line is always seen before the answer it precedes.
 */
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

process.setSourceMapsEnabled(true)
captureOutput(process.stdout, 'stdout')
captureOutput(process.stderr, 'stderr')
process.on('unhandledRejection', (reason) =>
  crash({ ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection' }),
)
process.on('uncaughtException', (error) => crash(describe(error)))

const handler = await loadHandler(workerData.entry)
if (handler) {
  parentPort.on('message', (call) => void answer(handler, call))
  parentPort.postMessage({ kind: 'ready' })
}

async function loadHandler(entry) {
  try {
    const loaded = await import(pathToFileURL(entry).href)
    if (typeof loaded.handler === 'function') return loaded.handler
    return unloadable({ errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.handler is undefined', trace: [] })
  } catch (error) {
    return unloadable({ ...describe(error), errorType: loadErrorType(error) })
  }
}

function loadErrorType(error) {
  if (error?.code === 'ERR_MODULE_NOT_FOUND') return 'Runtime.ImportModuleError'
  if (error instanceof SyntaxError) return 'Runtime.UserCodeSyntaxError'
  return describe(error).errorType
}

function unloadable(error) {
  parentPort.postMessage({ kind: 'unloadable', error })
  return null
}

async function answer(handle, call) {
  try {
    const context = { ...call.context, getRemainingTimeInMillis: () => Math.max(0, call.deadlineMs - Date.now()) }
    const result = await handle(JSON.parse(call.payload), context)
    parentPort.postMessage({ kind: 'answer', payload: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    parentPort.postMessage({ kind: 'error', error: describe(error) })
  }
}

/** The process of a real Lambda ends here; the next invocation gets a new one. */
function crash(error) {
  parentPort.postMessage({ kind: 'crash', error })
  process.exit(1)
}

function describe(error) {
  if (error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)) {
    return {
      errorType: String(error.name ?? 'Error'),
      errorMessage: String(error.message),
      trace: String(error.stack ?? '').split('\n'),
    }
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] }
}

function captureOutput(stream, name) {
  stream.write = (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    parentPort.postMessage({ kind: 'output', stream: name, text })
    const done = typeof encoding === 'function' ? encoding : callback
    if (done) queueMicrotask(() => done())
    return true
  }
}
