/**
 * Runs inside a worker thread: imports a bundled DAG file twice and posts the definitions of both loads, or the error. The
 * second load sees another clock, so that a DAG that depends on it differs for certain. Plain JavaScript, because a worker
 * starts without a TypeScript loader.
 */
import { parentPort, workerData } from 'node:worker_threads'

/** Long enough to change year, month, day and weekday, and no multiple of a week. */
const clockShiftMs = 400 * 24 * 3_600_000 + 12_345_678

process.setSourceMapsEnabled(true)
try {
  const first = await load(1)
  shiftClock()
  const second = await load(2)
  parentPort.postMessage({ kind: 'loaded', first, second })
} catch (error) {
  parentPort.postMessage({ kind: 'threw', ...describeError(error) })
}

async function load(attempt) {
  const { definitions } = await import(`${workerData.url}?load=${attempt}`)
  return definitions
}

function shiftClock() {
  const RealDate = Date
  const now = () => RealDate.now() + clockShiftMs
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  })
}

function describeError(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: `the file threw ${String(error)}`, stack: '' }
  const { name, message, stack } = error
  const hints = name === 'AuthoringError' ? { why: String(error.why), fix: String(error.fix) } : {}
  return { name: String(name), message: String(message), stack: String(stack ?? ''), ...hints }
}
