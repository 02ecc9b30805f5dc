/** A year of schedules and of the executions they start, on one virtual clock: nothing below reads the computer's own. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { createScheduler } from '../../local/scheduler/scheduler.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import type { ScheduleSpec } from '../../run-model/index.ts'

const place = { region: 'us-east-1', accountId: '000000000000' }
const begin = Date.parse('2026-01-01T00:00:00Z')
const end = Date.parse('2027-01-01T00:00:00Z')
const hour = 3_600_000

const every = (expression: string, timezone: string): ScheduleSpec => ({
  expressions: [expression],
  timezone,
  timetable: 'trigger',
  startDate: null,
  endDate: null,
  catchup: false,
})

/** Waits a minute and a half, fails once, and succeeds 30 s later: 120 s in all. */
const states = {
  W: { Type: 'Wait', Seconds: 90, Next: 'T' },
  T: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'work', Payload: '{% $states.context.State.RetryCount %}' },
    Retry: [{ ErrorEquals: ['Early'], IntervalSeconds: 30, MaxAttempts: 1 }],
    End: true,
  },
}

it('a year of ticks, waits and retries passes in virtual time, each at its instant', { timeout: 120_000 }, async () => {
  const clock = createVirtualClock(begin - 1)
  const lasted = new Map<string, number[]>()
  const starts = new Map<string, number[]>()
  const open = new Set<string>()
  const core = createStepFunctions({
    ...place,
    clock,
    dataDir: null,
    invokeLambda: async (_target, payload) =>
      payload === '0' ? { ok: false, error: 'Early', cause: '{}' } : { ok: true, payload: '{}' },
    callService: async () => ({}),
    onStatusChange({ name, status, startDate, stopDate }) {
      if (status === 'RUNNING') return
      open.delete(name)
      const dagId = name.split('.')[0]!
      lasted.set(dagId, [...(lasted.get(dagId) ?? []), status === 'SUCCEEDED' ? stopDate! - startDate : Number.NaN])
    },
  })
  const { stateMachineArn } = (await core.call('CreateStateMachine', {
    name: 'year',
    roleArn: 'arn:aws:iam::000000000000:role/role',
    definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'W', States: states }),
  })) as { stateMachineArn: string } // CreateStateMachine's answer
  const launched: Promise<unknown>[] = []
  const scheduler = createScheduler({
    clock,
    firesTicks: true,
    launch(request) {
      if (request.kind !== 'tick') return
      const { dagId, scheduledTime } = request
      const at = Date.parse(scheduledTime)
      const instants = starts.get(dagId) ?? []
      starts.set(dagId, instants)
      instants.push(at)
      open.add(`${dagId}.${at}`)
      launched.push(core.call('StartExecution', { stateMachineArn, name: `${dagId}.${at}` }))
    },
    sweep: () => {},
  })
  scheduler.schedule('sixhourly', every('0 */6 * * *', 'UTC'))
  scheduler.schedule('nightly', every('30 2 * * *', 'Europe/Zurich'))
  scheduler.schedule('monthly', every('0 9 1 * *', 'America/New_York'))

  for (let next = clock.nextAlarmMs(); next !== null && next < end; next = clock.nextAlarmMs()) {
    clock.advanceTo(next)
    await Promise.all(launched.splice(0))
    // A call in flight answers within a turn or two of the event loop.
    for (let turn = 0; turn < 3 && open.size > 0; turn++) await nextTurn()
    await core.atRest()
  }
  expect(clock.now()).toBeLessThan(end)
  scheduler.close()
  core.close()

  expect(starts.get('sixhourly')).toEqual(Array.from({ length: 365 * 4 }, (_, n) => begin + n * 6 * hour))
  expect(starts.get('nightly')!.map(zurich)).toEqual(Array.from({ length: 365 }, (_, day) => nightOf(day)))
  expect(starts.get('monthly')).toHaveLength(12)
  for (const [dagId, instants] of starts) {
    // The last run of December has nobody left to wake it.
    expect(lasted.get(dagId)!.length).toBeGreaterThanOrEqual(instants.length - 1)
    expect(new Set(lasted.get(dagId))).toEqual(new Set([120_000]))
  }
})

/** Local time by the runtime's own tables, which the scheduler does not use. */
const zurich = (atMs: number) =>
  new Date(atMs).toLocaleString('sv-SE', { timeZone: 'Europe/Zurich', dateStyle: 'short', timeStyle: 'short' })

/** 02:30, but for 29 March, when the clock goes from 02:00 to 03:00. */
function nightOf(day: number): string {
  const date = new Date(begin + day * 24 * hour).toISOString().slice(0, 10)
  return `${date} ${date === '2026-03-29' ? '03:30' : '02:30'}`
}
