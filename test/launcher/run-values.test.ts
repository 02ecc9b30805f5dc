import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from '../../lambdas/launcher/launch.ts'
import { runValuesOf } from '../../lambdas/launcher/run-values.ts'
import { dagRecord, manifest, queuedRun } from '../support/runs.ts'
import { type LauncherWorld, startLauncherWorld } from './launcher-world.ts'

let world: LauncherWorld
beforeAll(async () => {
  world = await startLauncherWorld()
})
afterAll(() => world.close())

const options = { ...manifest().options, recorded: { params: { region: 'eu', size: 1 } } }
const run = queuedRun({
  logicalDate: '2026-03-29T01:30:00.000Z',
  dataInterval: null,
  conf: { region: 'us', deep: { list: ['a', null] } },
})
const valueAt = (...path: string[]) => Object.values(runValuesOf([path], run, options))[0]

test('conf comes before the defaults of params', () => {
  expect(valueAt('params', 'region')).toBe('us')
  expect(valueAt('params', 'size')).toBe(1)
  expect(valueAt('conf', 'region')).toBe('us')
})

test('values are named by their path, as deep as it goes', () => {
  expect(runValuesOf([['conf', 'deep', 'list', '0'], ['logical_date']], run, options)).toEqual({
    '/conf/deep/list/0': 'a',
    '/logical_date': '2026-03-29T01:30:00.000Z',
  })
  expect(valueAt('conf', 'deep', 'list', '1')).toBeNull()
})

test('what the run lacks is left out', () => {
  expect(runValuesOf([['data_interval_start'], ['conf', 'nothing'], ['params', 'constructor']], run, options)).toEqual(
    {},
  )
})

test('an execution gets the values that its version names, the same at a repeated start', async () => {
  await world.register('with_values', { options: { recorded: { params: { region: 'eu' } } } })
  const version = await world.store.getDagVersion('with_values', 1)
  const runValues = [['params', 'region'], ['run_after']]
  await world.store.putDagVersion(
    { ...dagRecord(), ...(await world.store.getDag('with_values')), version: 2 },
    { ...version!, version: 2, digest: 'other', runValues },
    { ...manifest({ dagId: 'with_values' }) },
  )
  world.at('2026-03-01T06:00:00Z')
  await launch(world.ports, { kind: 'trigger', dagId: 'with_values', runId: 'mine', triggeredBy: 'cli' })
  const input = JSON.parse(world.executions.all.at(-1)?.input ?? '')
  expect(input).toEqual({
    '^run': {
      dagId: 'with_values',
      runId: 'mine',
      v: { '/params/region': 'eu', '/run_after': '2026-03-01T06:00:00.000Z' },
    },
  })
})
