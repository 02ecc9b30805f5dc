import { describe, expect, it } from 'vitest'
import type { ApiTaskInstance } from '../../cli/api-client.ts'
import { showProgress } from '../../cli/run/progress.ts'
import { recordingTerminal } from './support/recording-terminal.ts'

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
    const terminal = recordingTerminal(null)
    const progress = showProgress(terminal, 2, atFiveSeconds)
    progress.update([task('a', 'running'), task('b', null)])
    progress.update([task('a', 'running'), task('b', null)])
    progress.update([task('a', 'success'), task('b', 'running', 2)])
    expect(terminal.noted).toEqual(['a running', 'a success', 'b running (try 2)'])
  })

  it('on a terminal is redrawn in place, with clocks', () => {
    const terminal = recordingTerminal({ rows: 24, columns: 80 })
    const progress = showProgress(terminal, 1, atFiveSeconds)
    progress.update([task('a', 'running')])
    progress.update([task('a', 'success')])
    const up = '\u001b[1A\u001b[2K'
    expect(terminal.noted.filter((text) => text !== '')).toEqual([
      '●  a  running          5.0 s',
      up,
      '✔  a  success          2.0 s',
    ])
  })

  it('puts other lines above the block and leaves nothing behind', () => {
    const terminal = recordingTerminal({ rows: 24, columns: 80 })
    const progress = showProgress(terminal, 1, atFiveSeconds)
    progress.update([task('a', 'running')])
    progress.line('hello')
    progress.end()
    const up = '\u001b[1A\u001b[2K'
    const block = '●  a  running          5.0 s'
    expect(terminal.noted.filter((text) => text !== '')).toEqual([block, up, 'hello', block, up])
  })

  it('of more tasks than rows is plain', () => {
    const terminal = recordingTerminal({ rows: 10, columns: 80 })
    showProgress(terminal, 30, atFiveSeconds).update([task('a', 'running')])
    expect(terminal.noted).toEqual(['a running'])
  })

  it('shortens long task ids, because a line that wraps cannot be redrawn', () => {
    const terminal = recordingTerminal({ rows: 24, columns: 50 })
    showProgress(terminal, 1, atFiveSeconds).update([task('a'.repeat(60), 'running')])
    expect(terminal.noted[1]).toBe(`●  ${'a'.repeat(12)}…  running          5.0 s`)
  })
})
