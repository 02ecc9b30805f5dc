/** When service tasks began and ended: only their own states know, and their entries say it to whoever writes the record. */
import { expect, test } from 'vitest'
import { Dag, snsPublish } from '../../dag-compiler/define.ts'
import { simulate } from '../../local/virtual/index.ts'

const publish = () => snsPublish({ args: { TopicArn: 'arn:aws:sns:us-east-1:123456789012:t', Message: 'm' } })

test.each(['success', 'failed'] as const)('a call that is a %s has its start, its end and its try', async (end) => {
  const dag = new Dag('timed')
  const before = dag.empty('before')
  const call = dag.task('call', publish())().after(before)
  dag.empty('after', { triggerRule: 'all_done' }).after(call)
  const { tasks } = await simulate(dag, { outcomes: { call: end }, durations: { before: 3, call: 5, after: 60 } })
  expect(tasks.call).toMatchObject({ state: end, start: 3, end: 8, tries: 1 })
})

test('a call that a gate hears of has them too', async () => {
  const dag = new Dag('joined')
  const [a, b] = [dag.empty('a'), dag.task('b', publish())()]
  a.before(dag.empty('c'))
  dag.empty('d').after(a, b)
  const { tasks } = await simulate(dag, { durations: { b: 7 } })
  expect(tasks.b).toMatchObject({ state: 'success', start: 0, end: 7, tries: 1 })
  expect(tasks.d).toMatchObject({ start: 7 })
})

test('a call that was not made has no start', async () => {
  const dag = new Dag('unmade')
  dag.task('call', publish())().after(dag.empty('before'))
  const { tasks } = await simulate(dag, { outcomes: { before: 'failed' } })
  expect(tasks.call).toMatchObject({ state: 'upstream_failed', start: null, tries: 0 })
})
