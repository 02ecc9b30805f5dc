/** An id that looks like AWS's random ones but follows from its text, so that a repeated step finds what it made before. */
import { createHash } from 'node:crypto'

export function derivedId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
