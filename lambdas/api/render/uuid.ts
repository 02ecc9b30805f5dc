/** Airflow's clients want UUIDs where stepdag has names: the same name always gives the same one. */
import { createHash } from 'node:crypto'

/** A UUID of version 8 (RFC 9562: "custom"), made from a digest of the parts. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 0b0011) | 0b1000).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
