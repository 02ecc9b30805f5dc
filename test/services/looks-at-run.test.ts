/** Service tasks in a run that failures stop: nothing of ours runs in them, so their machine looks whether the run is failing. */
import { describe, expect, test } from 'vitest'
import { Dag, snsPublish } from '../../dag-compiler/define.ts'
import { simulate } from '../../local/virtual/index.ts'

const publish = () => snsPublish({ args: { TopicArn: 'arn:aws:sns:us-east-1:123456789012:t', Message: 'm' } })

/** `a` fails after some seconds; `b` takes five, and the call comes after it. */
function draining(options: ConstructorParameters<typeof Dag>[1] = { onFailure: 'drain' }) {
  const dag = new Dag('draining', options)
  const a = dag.empty('a')
  const b = dag.empty('b')
  const call = dag.task('call', publish())()
  call.after(b)
  return { dag, a, b, call }
}

const states = ({ tasks }: Awaited<ReturnType<typeof simulate>>) =>
  Object.fromEntries(Object.entries(tasks).map(([id, { state }]) => [id, state]))

describe('a service task of a DAG that drains', () => {
  test('is not called once a task has failed', async () => {
    const run = await simulate(draining().dag, { outcomes: { a: 'failed' }, durations: { a: 2, b: 5 } })
    expect(states(run)).toEqual({ a: 'failed', b: 'success', call: 'skipped' })
    expect(run).toMatchObject({ state: 'failed', makespan: 5 })
  })

  test('is called while nothing has failed, and finishes what it began', async () => {
    const run = await simulate(draining().dag, { outcomes: { a: 'failed' }, durations: { a: 6, b: 5, call: 4 } })
    expect(states(run)).toEqual({ a: 'failed', b: 'success', call: 'success' })
    expect(run.tasks.call).toMatchObject({ end: 9 })
  })

  test('keeps what comes after it from running too', async () => {
    const { dag, call } = draining()
    const after = dag.task('after', publish())()
    after.after(call)
    dag.empty('cleared', { triggerRule: 'all_done' }).after(after)
    const run = await simulate(dag, { outcomes: { a: 'failed' }, durations: { a: 2, b: 5 } })
    expect(states(run)).toMatchObject({ call: 'skipped', after: 'skipped', cleared: 'skipped' })
  })

  test('is said to have failed upstreams where they have failed', async () => {
    const dag = new Dag('doomed', { onFailure: 'drain' })
    const a = dag.empty('a')
    const b = dag.empty('b')
    dag.task('doomed', publish())().after(a, b)
    dag.task('whatever', publish(), { triggerRule: 'all_done' })().after(a, b)
    const run = await simulate(dag, { outcomes: { a: 'failed' }, durations: { a: 2, b: 5 } })
    expect(states(run)).toMatchObject({ doomed: 'upstream_failed', whatever: 'skipped' })
  })

  test('is called at the start of a run without a look', async () => {
    const dag = new Dag('first', { onFailure: 'drain' })
    dag.task('call', publish())()
    expect(await simulate(dag)).toMatchObject({ state: 'success', transitions: 2 })
  })
})

describe('a service task of a DAG that fails fast', () => {
  test('is not called once a task has failed, if teardowns keep the run going; the teardown is', async () => {
    const { dag, a, b, call } = draining({ onFailure: 'failFast' })
    const setUp = dag.empty('set_up').asSetup()
    setUp.before(a, b)
    dag
      .task('tear_down', publish())()
      .asTeardown({ setups: [setUp] })
      .after(a, call)
    const durations = { set_up: 1, a: 2, b: 5 }
    const run = await simulate(dag, { outcomes: { a: 'failed' }, durations })
    expect(states(run)).toMatchObject({ a: 'failed', call: 'skipped', tear_down: 'success' })
    expect(run.state).toBe('failed')
  })
})
