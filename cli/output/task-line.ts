/**
 * A line that a task's Lambda wrote → what a person reads. The runtime and `getContext().log` write JSON, everything else
 * a handler prints is text and stays as it is.
 */
import { showSeconds } from './time.ts'

export type TaskLine =
  | { readonly kind: 'text'; readonly text: string }
  /** A try began or ended; a face that shows tasks anyway leaves these lines out. */
  | { readonly kind: 'try'; readonly text: string | null }

/** Fields of every line, said elsewhere or of no use at a terminal. */
const known = [
  ...['level', 'message', 'timestamp', 'service', 'sampling_rate', 'dagId', 'runId', 'taskId', 'mapIndex', 'tryNumber'],
  ...['requestId', 'xray_trace_id', 'cold_start', 'function_arn', 'function_name', 'function_memory_size'],
]

export function readTaskLine(line: string): TaskLine {
  const entry = readEntry(line)
  if (!entry) return { kind: 'text', text: line }
  if (entry.message === 'task try started') return { kind: 'try', text: null }
  if (entry.message === 'task try ended') return { kind: 'try', text: describeEnd(entry) }
  const fields = Object.entries(entry).filter(([name]) => !known.includes(name))
  const rest = fields.map(([name, value]) => ` ${name}=${JSON.stringify(value)}`).join('')
  const level = entry.level === 'INFO' ? '' : `${entry.level} `
  return { kind: 'text', text: `${entry.taskId ? `${entry.taskId}: ` : ''}${level}${entry.message}${rest}` }
}

type Entry = Readonly<Record<string, unknown>> & { readonly level: string; readonly message: string }

function readEntry(line: string): Entry | null {
  if (!line.startsWith('{')) return null
  try {
    const entry = JSON.parse(line)
    return typeof entry.level === 'string' && typeof entry.message === 'string' ? entry : null
  } catch {
    return null
  }
}

function describeEnd({ taskId, state, seconds, tryNumber, error }: Entry): string {
  const tried = Number(tryNumber) > 1 || state === 'up_for_retry' ? `, try ${tryNumber}` : ''
  return `${taskId} ${state} in ${showSeconds(Number(seconds))}${tried}${describeError(error)}`
}

function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return ''
  return `: ${'name' in error ? `${error.name}: ` : ''}${error.message}`
}
