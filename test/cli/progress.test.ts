import { describe, expect, it } from 'vitest'
import type { ApiTaskInstance } from '../../cli/api-client.ts'
import { showProgress } from '../../cli/run/progress.ts'
import type { Terminal } from '../../cli/terminal.ts'

function recordingTerminal(liveRows: number | null) {
  const written: string[] = []
  const write = (text: string) => void written.push(text)
  const plain = (_: string, text: string) => text
  const terminal: Terminal = {
    cwd: '.',
    print: write,
    note: write,
    draw: write,
    liveRows,
    paint: plain,
    paintNote: plain,
  }
  return { terminal, written }
}

const task = (taskId: string, state: string | null, tries = 1): ApiTaskInstance => ({
  taskId,
  state,
  tries,
  startDate: state && '2026-03-01T00:00:00Z',
  endDate: state === 'success' ? '2026-03-01T00:00:02Z' : null,
  error: null,
})
const atFiveSeconds = () => Date.parse('2026-03-01T00:00:05Z')

describe('progress', () => {
  it('away from a terminal is one line per change', () => {
    const { terminal, written } = recordingTerminal(null)
    const progress = showProgress(terminal, 2, atFiveSeconds)
    progress.update([task('a', 'running'), task('b', null)])
    progress.update([task('a', 'running'), task('b', null)])
    progress.update([task('a', 'success'), task('b', 'running', 2)])
    expect(written).toEqual(['a running', 'a success', 'b running (try 2)'])
  })

  it('on a terminal is redrawn in place, with clocks', () => {
    const { terminal, written } = recordingTerminal(24)
    const progress = showProgress(terminal, 1, atFiveSeconds)
    progress.update([task('a', 'running')])
    progress.update([task('a', 'success')])
    const up = '\u001b[1A\u001b[2K'
    expect(written.filter((text) => text !== '')).toEqual([
      '●  a  running          5.0 s',
      up,
      '✔  a  success          2.0 s',
    ])
  })

  it('puts other lines above the block and leaves nothing behind', () => {
    const { terminal, written } = recordingTerminal(24)
    const progress = showProgress(terminal, 1, atFiveSeconds)
    progress.update([task('a', 'running')])
    progress.line('hello')
    progress.end()
    const up = '\u001b[1A\u001b[2K'
    const block = '●  a  running          5.0 s'
    expect(written.filter((text) => text !== '')).toEqual([block, up, 'hello', block, up])
  })

  it('of more tasks than rows is plain', () => {
    const { terminal, written } = recordingTerminal(10)
    showProgress(terminal, 30, atFiveSeconds).update([task('a', 'running')])
    expect(written).toEqual(['a running'])
  })
})
