/** Names of machines and executions → names of files. */
import { createHash } from 'node:crypto'

/** Names may hold characters that file systems refuse; those are hashed. */
export function fileName(name: string): string {
  return /^[\w.-]{1,120}$/.test(name) ? name : `x-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`
}
