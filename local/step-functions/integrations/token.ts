/** Task tokens say where they belong, so that finding their task needs no table. Opaque to everybody else. */
import { randomUUID } from 'node:crypto'

export interface TokenPlace {
  readonly machineName: string
  readonly executionName: string
  readonly scopeId: number
}

export function makeToken(place: TokenPlace): string {
  const text = JSON.stringify([place.machineName, place.executionName, place.scopeId, randomUUID()])
  return Buffer.from(text).toString('base64url')
}

/** Null for anything that `makeToken` did not make. */
export function readToken(token: string): TokenPlace | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (!Array.isArray(parts) || parts.length !== 4) return null
    const [machineName, executionName, scopeId] = parts
    if (typeof machineName !== 'string' || typeof executionName !== 'string' || typeof scopeId !== 'number') return null
    return { machineName, executionName, scopeId }
  } catch {
    return null
  }
}
