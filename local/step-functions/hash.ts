/** The hashes that `States.Hash` and JSONata's `$hash` know. Source: AWS, "Intrinsic for hash calculation". */
import { createHash } from 'node:crypto'

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

export const hashAlgorithms = Object.keys(algorithms)

/** Hexadecimal; undefined for an algorithm that AWS does not know. */
export function hashOf(text: string, algorithm: string): string | undefined {
  const name = Object.hasOwn(algorithms, algorithm) ? algorithms[algorithm] : undefined
  return name === undefined ? undefined : createHash(name).update(text).digest('hex')
}
