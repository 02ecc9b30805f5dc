/**
 * Body of a worker thread: loads one Lambda bundle and answers one invocation after the other, as Lambda's Node runtime
 * does. Plain JavaScript, because a thread starts without the TypeScript loader of the process around it.
 * Output goes through the same port as answers, so that a line is always seen before the answer it precedes.
 */
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

/** Thrown null, undefined, or an object without words. */
const unreadable =
  'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack'
const neverSettled = {
  errorType: 'Runtime.NodeJsExit',
  errorMessage: 'The function had nothing left to do before its handler had answered; a Promise was never settled.',
  trace: [],
}

const thread = { isAnswering: false }

process.setSourceMapsEnabled(true)
captureOutput(process.stdout, 'stdout')
captureOutput(process.stderr, 'stderr')
process.on('unhandledRejection', (reason) => {
  crash({ ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(reason) })
})
process.on('uncaughtException', (error) => crash(describe(error)))
// Nothing is left that could end the invocation: waiting for its time to run out would tell nobody more.
process.on('beforeExit', () => {
  if (thread.isAnswering) crash(neverSettled)
})

const handler = await loadHandler(workerData.entry)
if (handler) {
  parentPort.on('message', (call) => void answer(handler, call))
  parentPort.postMessage({ kind: 'ready' })
}

async function loadHandler(entry) {
  try {
    const loaded = await import(pathToFileURL(entry).href)
    if (typeof loaded.handler === 'function') return loaded.handler
    return unloadable({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.handler is undefined or not exported',
      trace: ['Runtime.HandlerNotFound: index.handler is undefined or not exported'],
    })
  } catch (error) {
    return unloadable(loadError(error))
  }
}

function loadError(error) {
  const errorType = loadErrorType(error)
  return errorType === null ? describe(error) : { ...describe(error), errorType, errorMessage: String(error) }
}

function loadErrorType(error) {
  if (error?.code === 'ERR_MODULE_NOT_FOUND') return 'Runtime.ImportModuleError'
  return error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : null
}

function unloadable(error) {
  parentPort.postMessage({ kind: 'unloadable', error })
  return null
}

async function answer(handle, call) {
  // While a call runs, the port alone does not keep the thread alive; see `beforeExit` above.
  parentPort.unref()
  thread.isAnswering = true
  try {
    const context = { ...call.context, getRemainingTimeInMillis: () => Math.max(0, call.deadlineMs - Date.now()) }
    const payload = serialized(await handle(JSON.parse(call.payload), context))
    parentPort.postMessage({ kind: 'answer', payload })
  } catch (error) {
    parentPort.postMessage({ kind: 'error', error: describe(error) })
  }
  thread.isAnswering = false
  parentPort.ref()
}

function serialized(result) {
  try {
    return JSON.stringify(result) ?? 'null'
  } catch {
    throw Object.assign(new Error('Unable to stringify response body'), { name: 'Runtime.JSONStringifyError' })
  }
}

/** The process of a real Lambda ends here; the next invocation gets a new one. */
function crash(error) {
  parentPort.postMessage({ kind: 'crash', error })
  process.exit(1)
}

/** As Lambda's runtime client does: what has a name and a message is an error, anything else goes by its type. */
function describe(error) {
  try {
    if (!isError(error)) return { errorType: typeof error, errorMessage: error.toString(), trace: [] }
    return { errorType: error.name, errorMessage: error.message, trace: String(error.stack ?? '').split('\n') }
  } catch {
    return { errorType: 'handled', errorMessage: unreadable, trace: [] }
  }
}

function isError(value) {
  if (value instanceof Error) return true
  return typeof value?.name === 'string' && value.name !== '' && typeof value.message === 'string'
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
