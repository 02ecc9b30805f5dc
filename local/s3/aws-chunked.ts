/**
 * Decodes the `aws-chunked` body that SDK clients send: `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n` repeated, a
 * chunk of size 0, then trailers such as checksums. Only the object's own bytes come out.
 */
import { Transform } from 'node:stream'

/** A size line or trailer longer than this is not aws-chunked. */
const longestLine = 16 * 1024

type Expecting = 'size' | 'bytes' | 'end of chunk' | 'trailers'

export function decodeAwsChunked(): Transform {
  const reader = { expecting: 'size' as Expecting, left: 0, line: '' }
  const step = (chunk: Buffer, at: number, out: (bytes: Buffer) => void): number => {
    if (reader.expecting === 'bytes') {
      const piece = chunk.subarray(at, at + reader.left)
      out(piece)
      reader.left -= piece.length
      if (reader.left === 0) reader.expecting = 'end of chunk'
      return at + piece.length
    }
    const newline = chunk.indexOf(10, at)
    const lineEnd = newline < 0 ? chunk.length : newline
    reader.line += chunk.toString('latin1', at, lineEnd)
    if (reader.line.length > longestLine) throw new Error('a line of the aws-chunked body is too long')
    if (newline < 0) return chunk.length
    const line = reader.line.replace(/\r$/, '')
    reader.line = ''
    readLine(reader, line)
    return newline + 1
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        for (let at = 0; at < chunk.length; ) at = step(chunk, at, (bytes) => this.push(bytes))
        done()
      } catch (error) {
        // `step` throws Errors only.
        done(error as Error)
      }
    },
    flush(done) {
      done(reader.expecting === 'trailers' ? null : new Error('the aws-chunked body ends early'))
    },
  })
}

function readLine(reader: { expecting: Expecting; left: number }, line: string): void {
  if (reader.expecting === 'trailers') return
  if (reader.expecting === 'end of chunk') {
    if (line !== '') throw new Error('a chunk is longer than its size')
    reader.expecting = 'size'
    return
  }
  const hex = /^([0-9a-fA-F]{1,12})(;|$)/.exec(line)?.[1]
  if (hex === undefined) throw new Error('a chunk has no size')
  reader.left = Number.parseInt(hex, 16)
  reader.expecting = reader.left === 0 ? 'trailers' : 'bytes'
}
