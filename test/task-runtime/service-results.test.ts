import { expect, test } from 'vitest'
import { decidedRecord } from '../../lambdas/arrival/index.ts'
import { runningRun, scene } from './support/scene.ts'

const tasks = (handler: (inputs: Record<string, unknown>) => unknown) => ({
  job: { isService: true as const, operator: 'service' },
  read: { upstreams: ['job'], inputs: { result: { ref: 'job' } }, handler },
})

test('a handler gets what a service task returned, from the state data', async () => {
  const s = scene({ tasks: tasks(({ result }) => result) })
  await s.call('read', { up: { job: { s: 'success', v: { '': { JobRunId: 'jr_1' } } } } })
  expect(await s.store.getXCom(s.run, 'read', 'return_value')).toMatchObject({ value: { JobRunId: 'jr_1' } })
})

test('or from its record, where the state data does not hold it', async () => {
  const s = scene({ tasks: tasks(({ result }) => result) })
  const place = { run: s.run, task: s.program.wiring.tasks.job!, dagVersion: runningRun.dagVersion }
  await s.store.putTaskInstance(
    null,
    decidedRecord(place, null, { s: 'success', v: { '': 7 } }, '2026-03-01T06:00:00Z'),
  )
  await s.call('read', {})
  expect(await s.store.getXCom(s.run, 'read', 'return_value')).toMatchObject({ value: 7 })
})

test('and fails by name when it returned nothing', async () => {
  const s = scene({ tasks: tasks(() => 1) })
  await expect(s.call('read', { up: { job: 'success' } })).rejects.toMatchObject({ name: 'MissingInput' })
})
