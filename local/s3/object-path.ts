/**
 * Where an object lives on disk: its key's segments become folders and a file, readable for a person, and no key can
 * leave the bucket's folder. `+` never occurs in an encoded segment and marks what is ours:
 * `+empty` an empty segment, `<piece>+` a folder that continues in the next piece of a long segment, `<name>+object`
 * an object whose key is also a prefix of other keys, `<file>+meta` the metadata beside an object.
 */
import { join, sep } from 'node:path'

/** File systems allow 255 bytes per name; suffixes need some. */
const longestName = 200

export const conflictSuffix = '+object'
export const metaSuffix = '+meta'

/** S3's rules, plus none that S3 lacks; `null` when the name is not a bucket's. */
export function bucketFolder(objectsDir: string, bucket: string): string | null {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !bucket.includes('..') ? join(objectsDir, bucket) : null
}

export function objectPath(folder: string, key: string): string {
  return join(folder, ...key.split('/').flatMap(encodeSegment))
}

/** @param relative path below the bucket's folder, of an object's file. */
export function keyOfPath(relative: string): string {
  const plain = relative.endsWith(conflictSuffix) ? relative.slice(0, -conflictSuffix.length) : relative
  const segments = ['']
  for (const name of plain.split(sep)) {
    const continues = name.endsWith('+')
    segments[segments.length - 1] += continues ? name.slice(0, -1) : name
    if (!continues) segments.push('')
  }
  return segments
    .slice(0, -1)
    .map((name) => (name === '+empty' ? '' : decodeURIComponent(name)))
    .join('/')
}

function encodeSegment(segment: string): string[] {
  if (segment === '') return ['+empty']
  const encoded = /^\.+$/.test(segment)
    ? segment.replaceAll('.', '%2E')
    : encodeURIComponent(segment).replaceAll('*', '%2A')
  const pieces = encoded.match(new RegExp(`.{1,${longestName}}`, 'g')) ?? []
  return pieces.map((piece, index) => (index < pieces.length - 1 ? `${piece}+` : piece))
}
