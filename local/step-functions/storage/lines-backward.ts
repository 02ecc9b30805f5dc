/** Reads a file of lines from its end, as far as the caller goes on: what a page costs does not depend on what is older. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'

const bytesPerRead = 64 * 1024
const lineBreak = 0x0a

export interface PlacedLine {
  /** Offset of its first byte. */
  readonly at: number
  readonly text: string
}

/** @param before the offset of a line: only earlier ones. @default the end of the file; what is added meanwhile is not seen */
export function* linesBackward(path: string, before?: number): Generator<PlacedLine> {
  if (!existsSync(path)) return
  const fd = openSync(path, 'r')
  try {
    let start = before ?? fstatSync(fd).size
    let rest: Buffer = Buffer.alloc(0)
    while (start > 0) {
      const from = Math.max(0, start - bytesPerRead)
      const bytes = Buffer.concat([readAt(fd, from, start - from), rest])
      const end = yield* wholeLines(bytes, from)
      rest = bytes.subarray(0, end)
      start = from
    }
  } finally {
    closeSync(fd)
  }
}

/** Lines of a piece of the file, last first. @returns where those begin that may begin in the piece before */
function* wholeLines(bytes: Buffer, from: number): Generator<PlacedLine, number> {
  let end = bytes.length
  while (end > 0) {
    const textEnd = bytes[end - 1] === lineBreak ? end - 1 : end
    const begin = textEnd === 0 ? 0 : bytes.lastIndexOf(lineBreak, textEnd - 1) + 1
    if (begin === 0 && from > 0) return end
    if (textEnd > begin) yield { at: from + begin, text: bytes.toString('utf8', begin, textEnd) }
    end = begin
  }
  return 0
}

function readAt(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  const read = readSync(fd, bytes, 0, length, at)
  return bytes.subarray(0, read)
}
