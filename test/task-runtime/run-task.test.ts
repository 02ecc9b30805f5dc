import { describe, expect, test } from 'vitest'
import { FailTask, getClient, getContext, SkipTask } from '../../dag-compiler/define.ts'
import { arriveAtGates } from '../../lambdas/arrival/index.ts'
import type { EarlyRule } from '../../run-model/index.ts'
import { runningRun, type SceneOptions, scene } from './support/scene.ts'

const xcomOf = async (of: ReturnType<typeof scene>, taskId: string, key = 'return_value') =>
  (await of.store.getXCom(runningRun, taskId, key))?.value

describe('a task call', () => {
  test('runs the handler, records success and answers it', async () => {
    const s = scene({ tasks: { extract: { handler: () => ({ rows: 3 }) } } })
    expect(await s.call('extract')).toEqual({ s: 'success' })
    expect(await s.record('extract')).toMatchObject({
      state: 'success',
      tryNumber: 1,
      maxTries: 0,
      operator: 'task',
      dagVersion: 3,
      startDate: '2026-03-01T06:00:00.000Z',
      endDate: '2026-03-01T06:00:00.000Z',
      duration: 0,
      error: null,
      lease: null,
      tries: [{ tryNumber: 1, state: 'success', error: null, dagVersion: 3 }],
    })
    expect(await xcomOf(s, 'extract')).toEqual({ rows: 3 })
  })

  test('measures how long the try took', async () => {
    const s = scene({ tasks: { extract: { handler: () => s.clock.advance(2500) } } })
    await s.call('extract')
    expect(await s.record('extract')).toMatchObject({ duration: 2.5, endDate: '2026-03-01T06:00:02.500Z' })
  })

  test('of an empty task runs nothing and pushes nothing', async () => {
    const handler = () => expect.unreachable()
    const s = scene({ tasks: { done: { operator: 'empty', handler } } })
    expect(await s.call('done')).toEqual({ s: 'success' })
    expect(await xcomOf(s, 'done')).toBeUndefined()
  })

  test('pushes nothing when the handler returns undefined or doXcomPush is false', async () => {
    const s = scene({
      tasks: { quiet: { handler: () => 1, doXcomPush: false }, nothing: { handler: () => undefined } },
    })
    await s.call('quiet')
    await s.call('nothing')
    expect(await xcomOf(s, 'quiet')).toBeUndefined()
    expect(await xcomOf(s, 'nothing')).toBeUndefined()
  })

  test('writes one line at the start and one at the end of a try, each naming the try', async () => {
    const s = scene({ tasks: { extract: { handler: () => s.clock.advance(1000) } } })
    await s.call('extract', { requestId: 'abc' })
    const names = {
      dagId: 'sales',
      runId: runningRun.runId,
      taskId: 'extract',
      mapIndex: -1,
      tryNumber: 1,
      requestId: 'abc',
    }
    expect(s.lines).toEqual([
      { level: 'info', message: 'task try started', fields: names },
      { level: 'info', message: 'task try ended', fields: { ...names, state: 'success', seconds: 1 } },
    ])
  })

  test('of another plan is refused before anything is read', async () => {
    const s = scene({ tasks: { a: {} } })
    const refused = s.call('a', { w: 'other0000000' })
    await expect(refused).rejects.toMatchObject({
      name: 'PlanMismatch',
      message: expect.stringContaining('other0000000'),
    })
    expect(await s.record('a')).toBeNull()
  })

  test('for a task that the plan lacks is a bug with a message', async () => {
    const s = scene({ tasks: { a: {} } })
    await expect(s.call('constructor')).rejects.toThrow('has no task "constructor"')
  })

  test('of a run that is not recorded as started waits for its record', async () => {
    const s = scene({ tasks: { a: {} } })
    const { execution: _, startDate: __, dagVersion: ___, bundleVersion: ____, planHash: _____, ...queued } = runningRun
    for (const key of s.store.runs.keys()) s.store.runs.set(key, { ...queued, state: 'queued' })
    await expect(s.call('a')).rejects.toMatchObject({ name: 'TaskBusy' })
  })
})

describe('the trigger rule', () => {
  const graph = { a: {}, b: {}, c: { upstreams: ['a', 'b'], handler: () => expect.unreachable() } }

  test('that does not say run is recorded without a try', async () => {
    const s = scene({ tasks: graph })
    expect(await s.call('c', { up: { a: 'success', b: 'failed' } })).toEqual({ s: 'upstream_failed' })
    expect(await s.record('c')).toMatchObject({
      state: 'upstream_failed',
      tryNumber: 0,
      startDate: null,
      endDate: '2026-03-01T06:00:00.000Z',
      tries: [],
    })
    expect(s.lines).toEqual([])
  })

  test('skips after a skipped upstream', async () => {
    const s = scene({ tasks: graph })
    expect(await s.call('c', { up: { a: 'skipped', b: 'success' } })).toEqual({ s: 'skipped' })
  })

  test('reads the record of an upstream that the state data does not hold', async () => {
    const s = scene({ tasks: { ...graph, a: { handler: () => Promise.reject(new Error('no')) } } })
    await expect(s.call('a')).rejects.toThrow('no')
    expect(await s.call('c', { up: { b: 'success' } })).toEqual({ s: 'upstream_failed' })
  })

  test('believes the state data when the record says otherwise', async () => {
    const s = scene({ tasks: graph })
    await s.call('a')
    expect(await s.call('c', { up: { a: 'failed', b: 'success' } })).toEqual({ s: 'upstream_failed' })
  })

  test('with an upstream that nobody knows is a compiler bug, and the handler does not run', async () => {
    const s = scene({ tasks: graph })
    await expect(s.call('c', { up: { a: 'success' } })).rejects.toThrow('before its upstreams ended: b')
    expect(await s.record('c')).toBeNull()
  })

  test('always runs without asking anybody', async () => {
    const s = scene({ tasks: { ...graph, c: { upstreams: ['a', 'b'], triggerRule: 'always' } } })
    expect(await s.call('c')).toEqual({ s: 'success' })
  })
})

describe('an early rule', () => {
  const early = (triggerRule: EarlyRule, retries = 0): SceneOptions => ({
    tasks: { a: {}, b: {}, c: { upstreams: ['a', 'b'], triggerRule, retries } },
    gates: { c: { need: ['a', 'b'], rule: triggerRule } },
  })
  const gate = `${runningRun.execution.name}/c`

  test('runs on what its gate has heard, while the other upstream is still undecided', async () => {
    const s = scene(early('one_success'))
    await s.call('a')
    expect(s.store.gates.get(gate)).toEqual({ arrived: { 0: 'success' }, open: true, token: null, held: null })
    expect(await s.call('c')).toEqual({ s: 'success' })
  })

  test('that did not fire is decided when all have ended', async () => {
    const s = scene(early('one_failed'))
    await s.call('a')
    expect(s.store.gates.get(gate)).toMatchObject({ open: false })
    await s.call('b')
    expect(await s.call('c')).toEqual({ s: 'skipped' })
  })

  test('does not count a status that its gate has not heard of', async () => {
    const s = scene(early('one_success'))
    await s.call('a')
    s.store.gates.clear()
    await expect(s.call('c')).rejects.toThrow('before its upstreams ended: a, b')
  })

  test('whose gate is closed is a compiler bug, and the handler does not run', async () => {
    const s = scene(early('one_failed'))
    await s.call('a')
    await expect(s.call('c')).rejects.toThrow('before its upstreams ended: b')
    expect(await s.record('c')).toBeNull()
  })

  test('is not revoked when the success that opened its gate is declared lost', async () => {
    const s = scene(early('one_success'))
    await s.call('a')
    // Every answer of "a" got lost until Step Functions gave up: the finalizer says failed.
    const failed = { execution: runningRun.execution.name, taskKey: 'a', status: 'failed' } as const
    await arriveAtGates(s.ports, s.program.wiring, failed)
    expect(await s.call('c')).toEqual({ s: 'success' })
  })

  test('is not asked again for the next try', async () => {
    const answers = [() => Promise.reject(new Error('no')), () => 'yes']
    const options = early('one_success', 1)
    const s = scene({
      ...options,
      tasks: { ...options.tasks, c: { ...options.tasks.c, handler: () => answers.shift()?.() } },
    })
    await s.call('a')
    await expect(s.call('c')).rejects.toThrow('no')
    s.store.gates.clear()
    expect(await s.call('c')).toEqual({ s: 'success' })
    expect((await s.record('c'))?.tries).toMatchObject([{ state: 'up_for_retry' }, { state: 'success' }])
  })
})

describe('an answer that was lost', () => {
  test('is repeated from the record: the handler does not run again, the gate hears of it again', async () => {
    let runs = 0
    const s = scene({ tasks: { a: { handler: () => ++runs }, d: { upstreams: ['a'] } }, gates: { d: { need: ['a'] } } })
    await s.call('a')
    s.store.gates.clear()
    expect(await s.call('a')).toEqual({ s: 'success' })
    expect(runs).toBe(1)
    expect([...s.store.gates.values()]).toEqual([{ arrived: { 0: 'success' }, open: true, token: null, held: null }])
  })

  test('after the last failure answers failed instead of failing again', async () => {
    const s = scene({ tasks: { a: { handler: () => Promise.reject(new Error('no')) } } })
    await expect(s.call('a')).rejects.toThrow('no')
    expect(await s.call('a')).toEqual({ s: 'failed' })
    expect((await s.record('a'))?.tries).toHaveLength(1)
  })

  test('of a skipped task is repeated too', async () => {
    const s = scene({ tasks: { a: { handler: () => Promise.reject(new SkipTask('nothing to do')) } } })
    expect(await s.call('a')).toEqual({ s: 'skipped' })
    expect(await s.call('a')).toEqual({ s: 'skipped' })
    expect((await s.record('a'))?.tries).toMatchObject([{ state: 'skipped', error: null }])
  })
})

describe('a failing try', () => {
  class NoSuchOrder extends Error {
    override readonly name = 'NoSuchOrder'
  }
  const failing = (retries: number) => ({
    a: {
      retries,
      handler: () => {
        throw new NoSuchOrder('order 7', { cause: new TypeError('null') })
      },
    },
  })

  test('is recorded with its causes and rethrown under its own name', async () => {
    const s = scene({ tasks: failing(0) })
    await expect(s.call('a')).rejects.toMatchObject({ name: 'NoSuchOrder' })
    expect(await s.record('a')).toMatchObject({
      state: 'failed',
      error: { name: 'NoSuchOrder', message: 'order 7', causes: [{ name: 'TypeError', message: 'null' }] },
    })
    expect(s.lines.at(-1)).toMatchObject({
      level: 'error',
      message: 'task try ended',
      fields: { state: 'failed', error: expect.any(NoSuchOrder) },
    })
  })

  test('waits for its retry until the budget in the record is used up', async () => {
    const s = scene({ tasks: failing(2) })
    const states: unknown[] = []
    for (const _ of [1, 2, 3]) {
      await expect(s.call('a')).rejects.toThrow('order 7')
      const record = await s.record('a')
      states.push([record?.tryNumber, record?.state])
    }
    expect(states).toEqual([
      [1, 'up_for_retry'],
      [2, 'up_for_retry'],
      [3, 'failed'],
    ])
    expect((await s.record('a'))?.tries.map((one) => one.state)).toEqual(['up_for_retry', 'up_for_retry', 'failed'])
  })

  test('does not tell the gates: only the machine knows when its retries are over', async () => {
    const s = scene({ tasks: { ...failing(0), d: { upstreams: ['a'] } }, gates: { d: { need: ['a'] } } })
    await expect(s.call('a')).rejects.toThrow()
    expect(s.store.gates.size).toBe(0)
  })

  test('that throws FailTask gets no further try', async () => {
    const s = scene({ tasks: { a: { retries: 5, handler: () => Promise.reject(new FailTask('enough')) } } })
    await expect(s.call('a')).rejects.toMatchObject({ name: 'FailTask' })
    expect(await s.record('a')).toMatchObject({ state: 'failed', error: { name: 'FailTask', message: 'enough' } })
  })

  test('that throws something else than an Error is rethrown as an Error', async () => {
    const s = scene({ tasks: { a: { handler: () => Promise.reject('plain text') } } })
    await expect(s.call('a')).rejects.toMatchObject({ name: 'Error', message: expect.stringContaining('"plain text"') })
  })

  test('keeps a record small however long the message is', async () => {
    const s = scene({ tasks: { a: { handler: () => Promise.reject(new Error('x'.repeat(100_000))) } } })
    await expect(s.call('a')).rejects.toThrow()
    const message = (await s.record('a'))?.error?.message ?? ''
    expect(message.length).toBeLessThan(5_000)
    expect(message).toContain('100000 characters')
  })

  test('survives a cause chain that is a circle', async () => {
    const error = new Error('round')
    error.cause = error
    const s = scene({ tasks: { a: { handler: () => Promise.reject(error) } } })
    await expect(s.call('a')).rejects.toThrow('round')
    expect((await s.record('a'))?.error?.causes).toHaveLength(5)
  })

  test('leaves no XCom of an earlier try behind', async () => {
    const s = scene({
      tasks: {
        a: {
          retries: 1,
          handler: async () => {
            const { tryNumber } = getContext()
            await getClient().setXCom({ key: `try${tryNumber}`, value: tryNumber })
            if (tryNumber === 1) throw new Error('first')
          },
        },
      },
    })
    await expect(s.call('a')).rejects.toThrow('first')
    expect(await xcomOf(s, 'a', 'try1')).toBe(1)
    await s.call('a')
    expect(await xcomOf(s, 'a', 'try1')).toBeUndefined()
    expect(await xcomOf(s, 'a', 'try2')).toBe(2)
  })

  test('that later succeeds keeps its history', async () => {
    const s = scene({
      tasks: {
        a: {
          retries: 2,
          handler: () => {
            if (getContext().tryNumber < 3) throw new Error('not yet')
          },
        },
      },
    })
    await expect(s.call('a')).rejects.toThrow()
    await expect(s.call('a')).rejects.toThrow()
    expect(await s.call('a')).toEqual({ s: 'success' })
    const record = await s.record('a')
    expect(record).toMatchObject({ state: 'success', tryNumber: 3, error: null })
    expect(record?.tries.map((one) => [one.tryNumber, one.state])).toEqual([
      [1, 'up_for_retry'],
      [2, 'up_for_retry'],
      [3, 'success'],
    ])
  })
})
