import { describe, expect, it } from 'vitest'
import { findCronFault } from '../../dag-compiler/2-graph/cron-syntax.ts'
import { Dag } from '../../dag-compiler/define.ts'
import { problemsOf } from './definitions.ts'

const schedule = (value: string | readonly string[]) => {
  const dag = new Dag('d', { schedule: value })
  dag.empty('t')
  return problemsOf(dag)
}

describe('a cron expression', () => {
  it.each([
    '* * * * *',
    '*/15 0-6,22,23 1,15 * *',
    '0 9-17/2 * * MON-FRI',
    '0 0 L * *',
    '0 0 * * 5L',
    '0 0 * * FRI#2',
    '0 0 * * 0,7',
    '0 0 1 jan,JUL *',
    '0 0 29 2 *',
    '0 0 31 1,2 *',
    '  0  6 * * * ',
    '5/10 * * * *',
  ])('%s is legal', (expression) => {
    expect(findCronFault(expression)).toBeNull()
  })

  it.each([
    ['', 'is empty'],
    ['* * * *', 'has 4 fields instead of five'],
    ['0 0 6 * * *', 'has 6 fields instead of five'],
    ['60 * * * *', 'minute "60" is out of range: 60'],
    ['0 24 * * *', 'hour "24" is out of range: 24'],
    ['0 0 0 * *', 'day of month "0" is out of range: 0'],
    ['0 0 * 13 *', 'month "13" is out of range: 13'],
    ['0 0 * JANUARY *', 'month "JANUARY" is out of range: JANUARY'],
    ['0 0 * * 8', 'day of week "8" is out of range: 8'],
    ['0 0 * * MON#6', 'day of week "MON#6" has "#6"; a month has the weeks #1 to #5'],
    ['0 0 L * L', 'day of week "L" is out of range: L'],
    ['*/0 * * * *', 'minute "*/0" has the step "0"; a step is a whole number from 1'],
    ['*/x * * * *', 'minute "*/x" has the step "x"; a step is a whole number from 1'],
    ['5- * * * *', 'minute "5-" has the range "5-" without one end'],
    ['9-5 * * * *', 'minute "9-5" has the range 9-5, which runs backwards'],
    ['1,,2 * * * *', 'minute "1,,2" has an empty entry'],
    ['1/2/3 * * * *', 'minute "1/2/3" has more than one "/"'],
    ['0 0 30 2 *', 'never fires: month 2 has no day 30'],
    ['? * * * *', 'minute "?" is out of range: ?'],
  ])('%j is refused: %s', (expression, reason) => {
    expect(findCronFault(expression)?.reason).toBe(reason)
  })

  it('with seconds is told which five fields remain', () => {
    expect(findCronFault('0 30 6 * * *')?.fix).toContain("'30 6 * * *'")
  })
})

describe('a schedule', () => {
  it.each([['@daily'], ['@quarterly'], ['@once'], ['@continuous'], [['0 6 * * *', '@hourly']]])(
    '%j is legal',
    (value) => {
      expect(schedule(value)).toEqual([])
    },
  )

  it.each([
    ['@dayly', 'bad-cron: schedule "@dayly": there is no such preset'],
    [['@once', '0 6 * * *'], 'bad-cron: schedule "@once": cannot be one of several schedules'],
    [[], 'bad-cron: schedule "[]": the array is empty'],
  ])('%j is refused', (value, expected) => {
    expect(schedule(value)).toEqual([expected])
  })
})
