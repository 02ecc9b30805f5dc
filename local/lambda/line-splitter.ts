/** Cuts a stream of text into lines; the last one may lack its newline. */

/** A line longer than this is passed on in pieces, so that endless output without newlines cannot fill memory. */
const longestLine = 64 * 1024

export function lineSplitter(onLine: (line: string) => void): { write(text: string): void; end(): void } {
  let rest = ''
  return {
    write(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
      while (rest.length > longestLine) {
        onLine(rest.slice(0, longestLine))
        rest = rest.slice(longestLine)
      }
    },
    end() {
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
