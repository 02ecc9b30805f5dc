import { describe, expect, test } from 'vitest'
import { eventBridgeCrons } from '../../cdk/constructs/event-bridge-cron.ts'

/** Source of the target syntax: EventBridge Scheduler user guide, "Schedule types". */
describe('a cron schedule becomes alarms of EventBridge Scheduler', () => {
  test.each([
    ['30 2 * * *', ['cron(30 2 * * ? *)']],
    ['*/15 * * * *', ['cron(0/15 * * * ? *)']],
    ['5/20 6-18/4 * * *', ['cron(5/20 6,10,14,18 * * ? *)']],
    ['0 0 1 */3 *', ['cron(0 0 1 1/3 ? *)']],
    ['0 0 1 jan-jun/2 *', ['cron(0 0 1 1,3,5 ? *)']],
    ['0 0 L * *', ['cron(0 0 L * ? *)']],
  ])('%s keeps its meaning', (expression, alarms) => {
    expect(eventBridgeCrons(expression)).toEqual(alarms)
  })

  test.each([
    ['0 0 * * 0', ['cron(0 0 ? * SUN *)']],
    ['0 0 * * 7', ['cron(0 0 ? * SUN *)']],
    ['0 9 * * 1-5', ['cron(0 9 ? * MON,TUE,WED,THU,FRI *)']],
    ['0 9 * * mon,wed', ['cron(0 9 ? * MON,WED *)']],
    ['0 9 * * 5-7', ['cron(0 9 ? * FRI,SAT,SUN *)']],
    ['0 9 * * fri-mon', ['cron(0 9 ? * FRI,SAT,SUN,MON *)']],
    ['0 9 * * */2', ['cron(0 9 ? * SUN,TUE,THU,SAT *)']],
    ['0 9 * * 1#2', ['cron(0 9 ? * 2#2 *)']],
    ['0 9 * * 5L', ['cron(0 9 ? * 6L *)']],
  ])('%s counts weekdays from Sunday = 0', (expression, alarms) => {
    expect(eventBridgeCrons(expression)).toEqual(alarms)
  })

  test('a day of month and a weekday together mean either, which takes two alarms', () => {
    expect(eventBridgeCrons('0 0 13 * 5')).toEqual(['cron(0 0 13 * ? *)', 'cron(0 0 ? * FRI *)'])
  })
})
