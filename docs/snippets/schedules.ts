import { Dag } from 'stepdag'

// #region schedules
export const manual = new Dag('manual_only')
export const nightly = new Dag('nightly', { schedule: '30 2 * * *', timezone: 'Europe/Zurich' })
export const twice = new Dag('twice_a_day', { schedule: ['0 6 * * *', '0 18 * * 1-5'] })
export const hourly = new Dag('every_hour', {
  schedule: '@hourly',
  startDate: new Date('2026-11-01T00:00:00Z'),
  catchup: true,
})
// #endregion

// #region interval
export const sales = new Dag('sales', { schedule: '@daily', timetable: 'interval' })
// #endregion

for (const dag of [manual, nightly, twice, hourly, sales]) dag.empty('work')
