/** Whole runs of DAGs that fail fast and have teardowns: what runs is stopped, what has not begun is skipped, teardowns clean up. */
import { describe, expect, test } from 'vitest'
import { approval, Dag, deferrable, readDag, sensor } from '../../dag-compiler/define.ts'
import { simulate } from '../../local/virtual/index.ts'
import { held } from './support/held.ts'
import { scene } from './support/scene.ts'
import { runWhole } from './support/whole-run.ts'

type Simulated = Awaited<ReturnType<typeof simulate>>

const states = ({ tasks }: Simulated) => Object.fromEntries(Object.entries(tasks).map(([id, { state }]) => [id, state]))

/** `set_up` → `bad` and `long` → `later` → `tear_down`. */
function torn(more: (dag: Dag, setUp: ReturnType<Dag['empty']>) => void = () => undefined) {
  const dag = new Dag('torn', { failFast: true })
  const setUp = dag.empty('set_up').asSetup()
  const bad = dag
    .task('bad', async () => 1)()
    .after(setUp)
  const long = dag.empty('long', { retries: 3 }).after(setUp)
  const later = dag.empty('later').after(long)
  dag
    .empty('tear_down')
    .asTeardown({ setups: [setUp] })
    .after(bad, later)
  more(dag, setUp)
  return dag
}

describe('a failure in a run that fails fast and has a teardown', () => {
  test('stops what runs within 20 seconds, ends what has not begun and lets the teardown run', async () => {
    const run = await simulate(torn(), { outcomes: { bad: 'failed' }, durations: { bad: 4, long: 300 } })
    expect(states(run)).toEqual({
      set_up: 'success',
      bad: 'failed',
      long: 'failed',
      later: 'upstream_failed',
      tear_down: 'success',
    })
    expect(run.tasks.long!.end).toBeLessThanOrEqual(5 + 20)
    expect(run.tasks.long!.tries).toBe(1)
    expect(run.state).toBe('failed')
    expect(run.makespan).toBeLessThanOrEqual(5 + 20 + 1)
  })

  test('after the last one has ended changes nothing', async () => {
    const run = await simulate(torn(), { outcomes: { later: 'failed' } })
    expect(states(run)).toMatchObject({ bad: 'success', long: 'success', later: 'failed', tear_down: 'success' })
    expect(run.state).toBe('failed')
  })

  test('of the setup leaves nothing to tear down', async () => {
    const run = await simulate(torn(), { outcomes: { set_up: 'failed' } })
    expect(states(run)).toMatchObject({ set_up: 'failed', tear_down: 'upstream_failed' })
    expect(run.state).toBe('failed')
  })

  test('of the teardown does not fail the run, and stops nothing', async () => {
    const dag = torn((dag, setUp) => {
      dag.empty('beside').after(setUp)
    })
    const run = await simulate(dag, { outcomes: { tear_down: 'failed' }, durations: { beside: 60 } })
    expect(states(run)).toMatchObject({ tear_down: 'failed', beside: 'success' })
    expect(run.state).toBe('success')
  })

  test('reaches a task behind a gate: it is woken and skipped', async () => {
    const dag = torn((dag, setUp) => {
      const [a, b] = [dag.empty('a').after(setUp), dag.empty('b').after(setUp)]
      dag.empty('c').after(a)
      dag.empty('d').after(a, b)
    })
    const run = await simulate(dag, { outcomes: { bad: 'failed' }, durations: { bad: 4, b: 15, a: 2 } })
    expect(states(run)).toMatchObject({ a: 'success', c: 'success', b: 'success', d: 'skipped', tear_down: 'success' })
  })

  test('stops a sensor at its next poke', async () => {
    const dag = torn((dag, setUp) => {
      dag
        .task(
          'file',
          sensor(async () => false, { pokeInterval: 60, timeout: 86_400 }),
        )()
        .after(setUp)
    })
    const run = await simulate(dag, {
      outcomes: { bad: 'failed', file: Array.from({ length: 500 }, () => ({ returns: false })) },
      durations: { bad: 4 },
    })
    expect(states(run)).toMatchObject({ file: 'failed', tear_down: 'success' })
    expect(run.makespan).toBeLessThan(120)
  })

  test('stops the instances of a mapped task', async () => {
    const dag = torn((dag, setUp) => {
      const list = dag
        .task('list', async () => [1, 2, 3])()
        .after(setUp)
      dag.task('each', async ({ x }: { x: number }) => x, { maxActiveTisPerDagrun: 1 }).expand({ x: list })
    })
    const run = await simulate(dag, {
      outcomes: { bad: 'failed' },
      mapped: { list: 3 },
      durations: { bad: 4, each: 100 },
    })
    expect(run.tasks.each!.state).toBe('failed')
    expect(run.tasks.each!.instances!.every(({ state }) => state === 'failed' || state === 'skipped')).toBe(true)
    expect(run.makespan).toBeLessThan(40)
  })
})

describe('a task that waits in such a run', () => {
  test('waits no longer, whatever its retries', async () => {
    const dag = torn((dag, setUp) => {
      dag
        .task('ask', approval({ subject: 'Go on?' }), { retries: 2 })()
        .after(setUp)
      dag
        .task(
          'outside',
          deferrable(async () => undefined),
        )()
        .after(setUp)
    })
    const run = await runWhole(
      readDag(dag).definition,
      async (taskId, sleep) => {
        if (taskId === 'bad') await sleep(5)
        if (taskId === 'bad') throw new Error('no')
      },
      () => null,
    )
    const states = Object.fromEntries(run.records.map(({ taskId, state }) => [taskId, state]))
    expect(states).toMatchObject({ bad: 'failed', ask: 'failed', outside: 'failed', tear_down: 'success' })
    expect(run.records.find(({ taskId }) => taskId === 'ask')).toMatchObject({
      tryNumber: 1,
      error: { name: 'FailTask', message: expect.stringContaining('fails fast') },
    })
    expect(run.seconds).toBeLessThan(60)
  })

  test('that begins to wait as the run is marked looks at the mark itself', async () => {
    const work = held()
    const options = { kind: 'deferrable', timeout: null, heartbeat: null } as const
    const s = scene({
      tasks: { wait: { operator: 'deferrable', options, retries: 2, handler: work.handler } },
      wiring: { onFailure: 'failFast' },
    })
    const begun = work.nextStart()
    const waiting = s.call('wait', { token: 'token' })
    await begun
    await s.store.markRunFailing(s.run, 'sales-1')
    work.letGo()
    await expect(waiting).rejects.toMatchObject({ name: 'FailTask' })
    expect(await s.record('wait')).toMatchObject({ state: 'failed', tryNumber: 1 })
  })
})
