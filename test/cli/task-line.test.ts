import { expect, it } from 'vitest'
import { readTaskLine } from '../../cli/output/task-line.ts'

const common = {
  timestamp: '2026-03-01T00:00:00Z',
  service: 'stepdag',
  dagId: 'd',
  runId: 'r',
  taskId: 'load',
  tryNumber: 2,
}
const line = (fields: object) => JSON.stringify({ level: 'INFO', ...common, ...fields })

it('what a handler prints stays as it is, JSON that is no log entry included', () => {
  for (const text of ['58 rows', '{"rows": 58}', '{"level": "high"', '']) {
    expect(readTaskLine(text)).toEqual({ kind: 'text', text })
  }
})

it('a log entry becomes its message, its own fields and a level worth noticing', () => {
  expect(readTaskLine(line({ message: 'loaded', rows: 58 }))).toEqual({ kind: 'text', text: 'load: loaded rows=58' })
  expect(readTaskLine(line({ level: 'WARN', message: 'slow' }))).toEqual({ kind: 'text', text: 'load: WARN slow' })
})

it('the end of a try says how it ended and why', () => {
  const error = { name: 'TypeError', message: 'no ground', stack: 'TypeError: no ground\n    at fall' }
  expect(readTaskLine(line({ message: 'task try started' }))).toEqual({ kind: 'try', text: null })
  expect(readTaskLine(line({ message: 'task try ended', state: 'failed', seconds: 0.25, error }))).toEqual({
    kind: 'try',
    text: 'load failed in 0.3 s, try 2: TypeError: no ground',
  })
})
