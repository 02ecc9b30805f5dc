/** The texts of `--conf` and `--logical-date` → values, or the problem that says where reading stopped. */
import type { JsonObject } from '../../run-model/index.ts'
import { badDate, confNotJson, confNotObject } from '../problems.ts'

export function readConf(text: string): JsonObject {
  const conf = parseJson(text)
  // An object that JSON.parse made is a JSON object.
  if (typeof conf === 'object' && conf !== null && !Array.isArray(conf)) return conf as JsonObject
  throw confNotObject({ found: conf === null ? 'null' : Array.isArray(conf) ? 'a list' : `a ${typeof conf}` })
}

function parseJson(text: string): unknown {
  const fault = jsonFault(text)
  if (fault === null) return JSON.parse(text)
  throw confNotJson({ text, position: positionOf(fault, text), reason: reasonOf(fault, text) })
}

/** V8's message, or null for a text that is JSON. */
function jsonFault(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** V8 names the position of most faults, but not of an unexpected token: that is where the shortest bad beginning ends. */
function positionOf(fault: string, text: string): number {
  const named = /at position (\d+)/.exec(fault)?.[1]
  if (named !== undefined) return Number(named)
  const isBad = (length: number) => jsonFault(text.slice(0, length))?.startsWith('Unexpected token') ?? false
  if (!isBad(text.length)) return text.length
  let [good, bad] = [0, text.length]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (isBad(middle)) bad = middle
    else good = middle
  }
  return good
}

function reasonOf(fault: string, text: string): string {
  if (text.trim() === '') return 'it is empty'
  if (fault.startsWith('Unexpected end')) return 'it ends too early'
  const reason = fault.replace(/ in JSON at position.*$/s, '').replace(/, (\.\.\.)?".*" is not valid JSON$/s, '')
  return `${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
}

const dateOnly = /^(\d{4})-(\d\d)-(\d\d)$/
const instant = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** A day alone is its midnight in UTC. Answers RFC 3339 UTC. */
export function readLogicalDate(text: string): string {
  const [, year, month, day] = dateOnly.exec(text) ?? instant.exec(text) ?? []
  if (year === undefined || month === undefined || day === undefined) {
    const fix = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(text)
      ? `add the zone: ${text.replace(' ', 'T')}Z`
      : 'write it as 2026-03-01 or 2026-03-01T02:30:00Z'
    throw badDate({ given: text, fix })
  }
  // Date.parse moves 30 February to March; the day must come back as it went in.
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`)
  const isRealDay = !Number.isNaN(midnight.getTime()) && midnight.getUTCDate() === Number(day)
  const date = new Date(text)
  if (isRealDay && !Number.isNaN(date.getTime())) return date.toISOString()
  throw badDate({ given: text, fix: 'choose a day and a time that exist' })
}
