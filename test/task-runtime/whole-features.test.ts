/** Deciders, mapping, setups, failure modes: compiled, on the local Step Functions, with the real runtime, whatever is lost. */
import { describe, expect, test } from 'vitest'
import { Dag, readDag } from '../../dag-compiler/define.ts'
import { gateIdAt } from '../../run-model/index.ts'
import { runningRun } from './support/scene.ts'
import { type Fault, type Handler, runWhole, type WholeRun } from './support/whole-run.ts'

/** What becomes of the first invocation of every task. */
const faults: readonly (Fault | null)[] = [null, 'diesBeforeGates', 'lostAnswer', 'crash']
const first = (fault: Fault | null) => (_: string, invocation: number) => (invocation === 1 ? fault : null)

function statesOf({ records }: WholeRun): Readonly<Record<string, string>> {
  return Object.fromEntries(
    records.map(({ taskId, mapIndex, state }) => [mapIndex < 0 ? taskId : `${taskId}#${mapIndex}`, state]),
  )
}

const play = async (dag: Dag, fault: Fault | null, handler: Handler) => {
  const run = await runWhole(readDag(dag).definition, handler, first(fault))
  return { run, status: run.status, states: statesOf(run), verdict: run.run.state }
}
const returnedBy = async ({ store, run }: WholeRun, taskId: string) =>
  (await store.getXCom(run, taskId, 'return_value'))?.value

describe.each(faults)('when the first call of every task meets %s', (fault) => {
  test('a branch is taken, the other is skipped, and both meet again', async () => {
    const dag = new Dag('branching', { defaults: { retries: 2, retryDelay: 1 } })
    const decide = dag.task('decide', async () => false)()
    const [a, b] = [dag.task('a', async () => 1)(), dag.task('b', async () => 2)()]
    const join = dag.task('join', async () => 3, { triggerRule: 'none_failed_min_one_success' })()
    dag.if(decide).then(a).else(b)
    join.after(a, b)
    const { status, states } = await play(dag, fault, (taskId) => taskId !== 'decide')
    expect(status).toBe('SUCCEEDED')
    expect(states).toEqual({ decide: 'success', a: 'skipped', b: 'success', join: 'success' })
  })

  test('a mapped task runs once per element, and the next one gets what they returned', async () => {
    const dag = new Dag('mapping', { defaults: { retries: 2, retryDelay: 1 } })
    const list = dag.task('list', async (): Promise<number[]> => [])()
    const double = dag.task('double', async ({ x }: { x: number }) => x)
    const sum = dag.task('sum', async ({ all }: { all: readonly number[] }) => all.length)
    sum({ all: double.expand({ x: list }) })
    const { run, status, states } = await play(dag, fault, (taskId, _, { x, all }) =>
      taskId === 'list' ? [1, 2, 3] : taskId === 'double' ? Number(x) * 2 : all,
    )
    expect(status).toBe('SUCCEEDED')
    expect(states).toEqual({
      list: 'success',
      double: 'success',
      'double#0': 'success',
      'double#1': 'success',
      'double#2': 'success',
      sum: 'success',
    })
    expect(await returnedBy(run, 'sum')).toEqual([2, 4, 6])
  })

  test('a teardown runs although the work failed, and the run fails', async () => {
    const dag = new Dag('tearing', { defaults: { retries: 2, retryDelay: 1 } })
    const up = dag
      .task('up', async () => 1)()
      .asSetup()
    const work = dag.task('work', async () => 2)()
    const down = dag
      .task('down', async () => 3)()
      .asTeardown({ setups: [up] })
    work.after(up)
    down.after(work)
    const { status, states, verdict } = await play(dag, fault, (taskId) => {
      if (taskId === 'work') throw new Error('no')
    })
    expect([status, verdict]).toEqual(['FAILED', 'failed'])
    expect(states).toEqual({ up: 'success', work: 'failed', down: 'success' })
  })
})

test('an empty list skips the mapped task and what needs it', async () => {
  const dag = new Dag('nothing')
  const list = dag.task('list', async (): Promise<number[]> => [])()
  const m = dag.task('m', async ({ x }: { x: number }) => x)
  m.expand({ x: list }).before(dag.task('after', async () => 1)())
  const { status, states } = await play(dag, null, (taskId) => (taskId === 'list' ? [] : 1))
  expect(status).toBe('SUCCEEDED')
  expect(states).toEqual({ list: 'success', m: 'skipped', after: 'skipped' })
})

test('one failed instance fails the mapped task, its siblings finish', async () => {
  const dag = new Dag('partly')
  const m = dag.task('m', async ({ x }: { x: number }) => x)
  m.expand({ x: [1, 2, 3] }).before(dag.task('after', async () => 1)())
  const { status, states } = await play(dag, null, (_, __, { x }) => {
    if (x === 2) throw new Error('no')
  })
  expect(status).toBe('FAILED')
  expect(states).toMatchObject({
    m: 'failed',
    'm#0': 'success',
    'm#1': 'failed',
    'm#2': 'success',
    after: 'upstream_failed',
  })
})

test('a mapped task of another rule asks first, and counts what is there', async () => {
  const dag = new Dag('asked')
  const list = dag.task('list', async (): Promise<number[]> => [])()
  const check = dag.task('check', async () => 1)()
  const m = dag.task('m', async ({ x }: { x: number }) => x, { triggerRule: 'all_done' })
  m.expand({ x: list }).after(check)
  const { states } = await play(dag, null, (taskId) => {
    if (taskId === 'check') throw new Error('no')
    return taskId === 'list' ? [1, 2] : 0
  })
  expect(states).toMatchObject({ check: 'failed', m: 'success', 'm#0': 'success', 'm#1': 'success' })
})

test('a run that drains lets running tasks finish and starts no others', async () => {
  const dag = new Dag('draining', { onFailure: 'drain' })
  const [bad, slow] = [dag.task('bad', async () => 1)(), dag.task('slow', async () => 1)()]
  dag
    .task('later', async () => 1)()
    .after(slow)
  expect(bad).toBeDefined()
  const { status, states } = await play(dag, null, async (taskId, sleep) => {
    if (taskId === 'bad') throw new Error('no')
    if (taskId === 'slow') await sleep(60)
  })
  expect(status).toBe('FAILED')
  expect(states).toEqual({ bad: 'failed', slow: 'success', later: 'skipped' })
})

test('the members of a mapped group run per index, through a gate of their own', async () => {
  const dag = new Dag('grouped', { maxMapLength: 100 })
  const list = dag.task('list', async (): Promise<string[]> => [])()
  const group = dag.taskGroup('g')
  group.expand({ file: list })
  const [a, b] = [group.task('a', async () => 1)(), group.task('b', async () => 1)()]
  const [c, d] = [group.task('c', async () => 1)(), group.task('d', async () => 1)()]
  a.before(c, d)
  b.before(d)
  group.before(dag.task('after', async () => 1)())
  const { status, states, run } = await play(dag, null, async (taskId, sleep) => {
    if (taskId === 'g.b') await sleep(5)
    return taskId === 'list' ? ['x', 'y'] : taskId
  })
  expect(status).toBe('SUCCEEDED')
  expect(states).toMatchObject({ 'g.d#0': 'success', 'g.d#1': 'success', 'g.d': 'success', after: 'success' })
  const [gate = '', ...others] = Object.keys(run.dag.wiring.gates)
  expect(others).toEqual([])
  for (const index of [0, 1]) {
    expect(await run.store.getGate(runningRun.execution.name, gateIdAt(gate, index))).toMatchObject({ open: true })
  }
})
