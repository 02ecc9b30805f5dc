/** `simulate` against the rules: what each feature does to states, starts and tries, on the engine and runtime that ship. */
import { describe, expect, it } from 'vitest'
import { Dag, type TaskRef, type TriggerRule } from '../../dag-compiler/define.ts'
import { simulate } from '../../local/virtual/index.ts'

const work = async () => undefined

function tasksIn(dag: Dag) {
  return (id: string, triggerRule: TriggerRule = 'all_success'): TaskRef => dag.task(id, work, { triggerRule })()
}

const statesOf = ({ tasks }: Awaited<ReturnType<typeof simulate>>) =>
  Object.fromEntries(Object.entries(tasks).map(([id, { state }]) => [id, state]))

describe('a simulated run', () => {
  it('starts every task the moment its upstreams are done, and counts what AWS would charge', async () => {
    const dag = new Dag('n_graph')
    const task = tasksIn(dag)
    const [a, b, c, d] = [task('a'), task('b'), task('c'), task('d')]
    a.before(c, d)
    b.before(d)
    const run = await simulate(dag, { durations: { a: 1, b: 5, c: 2, d: 1 } })
    expect(run).toMatchObject({ state: 'success', makespan: 6, transitions: 6 })
    expect(run.tasks).toMatchObject({ c: { start: 1, end: 3 }, d: { start: 5, end: 6, tries: 1 } })
  })

  it('tries again as often as the task may', async () => {
    const dag = new Dag('retries')
    dag.task('load', work, { retries: 2, retryDelay: 10 })()
    const run = await simulate(dag, { outcomes: { load: ['failed', 'failed', 'success'] } })
    expect(run.tasks.load).toMatchObject({ state: 'success', tries: 3, start: 0, end: 23 })
    expect((await simulate(dag, { outcomes: { load: 'failed' } })).state).toBe('failed')
  })

  it('skips the branch that was not taken', async () => {
    const dag = new Dag('branches')
    const task = tasksIn(dag)
    const [decider, left, right] = [task('decider'), task('left'), task('right')]
    task('join', 'none_failed_min_one_success').after(left, right)
    dag.if(decider).then(left).else(right)
    const run = await simulate(dag, { outcomes: { decider: { returns: false } } })
    expect(statesOf(run)).toEqual({ decider: 'success', left: 'skipped', right: 'success', join: 'success' })
  })

  it('lets a short circuit skip everything behind it', async () => {
    const dag = new Dag('short')
    const task = tasksIn(dag)
    const check = task('check')
    check.before(task('next').before(task('last', 'all_done')))
    dag.shortCircuit(check)
    const run = await simulate(dag, { outcomes: { check: { returns: false } } })
    expect(statesOf(run)).toEqual({ check: 'success', next: 'skipped', last: 'skipped' })
    expect(run.state).toBe('success')
  })

  it('runs a teardown after failed work, and fails the run for the work', async () => {
    const dag = new Dag('cluster')
    const task = tasksIn(dag)
    const [create, use, remove] = [task('create'), task('use'), dag.task('remove', work)()]
    create.asSetup().before(use.before(remove))
    remove.asTeardown({ setups: [create] })
    const run = await simulate(dag, { outcomes: { use: 'failed' } })
    expect(statesOf(run)).toEqual({ create: 'success', use: 'failed', remove: 'success' })
    expect(run.state).toBe('failed')
  })

  it.each([
    [3, 'success'],
    [1, 'success'],
    [0, 'skipped'],
  ] as const)('runs one instance per element: %i', async (length, state) => {
    const dag = new Dag('mapped')
    const list = dag.task('list', async (): Promise<number[]> => [])()
    const double = dag.task('double', async ({ n }: { n: number }) => n * 2)
    double.expand({ n: list }).before(dag.task('after', work)())
    const run = await simulate(dag, { mapped: { list: length } })
    expect(run.tasks.double?.state).toBe(state)
    expect(run.tasks.double?.instances ?? []).toHaveLength(length)
    expect(run.tasks.after?.state).toBe(state)
  })

  it('fails a mapped task for one failed instance', async () => {
    const dag = new Dag('mapped')
    const double = dag.task('double', async ({ n }: { n: number }) => n * 2)
    double.expand({ n: [1, 2, 3] }).before(dag.task('after', work)())
    const run = await simulate(dag, { outcomes: { double: { each: ['success', 'failed', 'success'] } } })
    expect(run.tasks.double?.instances?.map((instance) => instance.state)).toEqual(['success', 'failed', 'success'])
    expect(statesOf(run)).toEqual({ double: 'failed', after: 'upstream_failed' })
  })

  it('fails a run in which the last task of a mapped group could not run at one index', async () => {
    const dag = new Dag('grouped')
    const group = dag.taskGroup('each')
    group.expand({ n: [1, 2, 3] })
    group.task('first', work)().before(group.task('second', work)())
    const run = await simulate(dag, { outcomes: { 'each.first': { each: ['success', 'failed', 'success'] } } })
    expect(statesOf(run)).toEqual({ 'each.first': 'failed', 'each.second': 'upstream_failed' })
    expect(run.state).toBe('failed')
  })

  it('fails at the first failure where the DAG says so, and skips what had not started', async () => {
    const dag = new Dag('impatient', { onFailure: 'failFast' })
    const task = tasksIn(dag)
    const [bad, long, last] = [task('bad'), task('long'), task('last')]
    last.after(bad, long)
    const run = await simulate(dag, { outcomes: { bad: 'failed' }, durations: { bad: 2, long: 50 } })
    expect(run).toMatchObject({ state: 'failed', makespan: 2 })
    expect(statesOf(run)).toEqual({ bad: 'failed', long: 'failed', last: 'skipped' })
  })

  it('ends when the time of its run is up', async () => {
    const dag = new Dag('limited', { dagrunTimeout: 30 })
    tasksIn(dag)('long').before(tasksIn(dag)('last'))
    const run = await simulate(dag, { durations: { long: 50 } })
    expect(run).toMatchObject({ state: 'failed', makespan: 30 })
    expect(statesOf(run)).toEqual({ long: 'skipped', last: 'skipped' })
  })

  it('names ids that the DAG does not have', async () => {
    const dag = new Dag('typo')
    tasksIn(dag)('load')
    await expect(simulate(dag, { outcomes: { laod: 'failed' } })).rejects.toThrow('no task "laod"; its tasks are load')
  })
})
