/**
 * What every `RunStore` does, whatever is behind it. Each case has DAG ids of its own where it counts runs of a DAG, and
 * the listings across DAGs use years of their own, so one store serves the whole suite.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyLedger, type HeldCall, type RunStore, type XComEntry } from '../../run-model/index.ts'
import {
  dagRecord,
  dagVersion,
  failedRun,
  instant,
  later,
  manifest,
  queuedRun,
  runningRun,
  succeededRun,
  taskInstance,
} from '../support/runs.ts'

export interface SuiteStore {
  readonly store: RunStore
  /** How many objects the object store holds. */
  objectCount(): number
  close(): Promise<void>
}

export function runStoreSuite(name: string, start: () => Promise<SuiteStore>): void {
  describe(`run store on ${name}`, () => {
    let suite: SuiteStore
    beforeAll(async () => {
      suite = await start()
    })
    afterAll(() => suite.close())
    const store = new Proxy({} as RunStore, {
      // The store exists only once `beforeAll` ran; cases read it through this.
      get: (_, method) => suite.store[method as keyof RunStore],
    })
    describe('runs', () => runCases(store))
    describe('lists of runs', () => listCases(store))
    describe('DAGs', () => dagCases(store))
    describe('ledgers', () => ledgerCases(store))
    describe('task instances', () => taskInstanceCases(store))
    describe('XComs', () => xcomCases(store, () => suite.objectCount()))
    describe('gates and variables', () => gateCases(store))
  })
}

function runCases(store: RunStore): void {
  test('a created run comes back as it went in', async () => {
    const run = queuedRun({ dagId: 'r1', conf: { big: 1e300, list: [[], {}], text: '' }, note: 'n' })
    expect(await store.createRun(run)).toEqual({ outcome: 'created', run })
    expect(await store.getRun(run)).toEqual(run)
  })

  test('creating the same run again answers exists with the stored run', async () => {
    const run = queuedRun({ dagId: 'r2' })
    await store.createRun(run)
    expect(await store.createRun({ ...run, note: 'second' })).toEqual({ outcome: 'exists', run })
  })

  test('fifty racing creations of one run have one winner', async () => {
    const run = queuedRun({ dagId: 'r3' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => store.createRun(run)))
    expect(answers.filter((answer) => answer.outcome === 'created')).toHaveLength(1)
    expect(answers.filter((answer) => answer.outcome === 'exists')).toHaveLength(49)
  })

  test('fifty runs that race for one logical date have one winner', async () => {
    const runs = Array.from({ length: 50 }, (_, i) => queuedRun({ dagId: 'r4', runId: `mine-${i}` }))
    const answers = await Promise.all(runs.map((run) => store.createRun(run)))
    const winner = answers.find((answer) => answer.outcome === 'created')
    expect(answers.filter((answer) => answer.outcome === 'created')).toHaveLength(1)
    const losers = answers.filter((answer) => answer.outcome === 'logical_date_taken')
    expect(losers).toHaveLength(49)
    expect(new Set(losers.map((loser) => loser.runId))).toEqual(new Set([winner?.run.runId]))
    expect(await store.listOpenRuns('r4')).toHaveLength(1)
  })

  test('equal instants in two spellings are one logical date', async () => {
    await store.createRun(queuedRun({ dagId: 'r5', runId: 'a', logicalDate: '2026-03-01T00:00:00Z' }))
    const other = queuedRun({ dagId: 'r5', runId: 'b', logicalDate: '2026-03-01T01:00:00.000+01:00' })
    expect(await store.createRun(other)).toEqual({ outcome: 'logical_date_taken', runId: 'a' })
  })

  test('a run id taken by a run of another date leaves that date free', async () => {
    const dagId = 'r6'
    const first = queuedRun({ dagId, runId: 'x', logicalDate: null, dataInterval: null })
    await store.createRun(first)
    expect(await store.createRun(queuedRun({ dagId, runId: 'x' }))).toEqual({ outcome: 'exists', run: first })
    expect(await store.createRun(queuedRun({ dagId, runId: 'y' }))).toMatchObject({ outcome: 'created' })
  })

  test('runs without a logical date do not exclude each other', async () => {
    const open = { dagId: 'r7', logicalDate: null, dataInterval: null }
    expect(await store.createRun(queuedRun({ ...open, runId: 'a' }))).toMatchObject({ outcome: 'created' })
    expect(await store.createRun(queuedRun({ ...open, runId: 'b' }))).toMatchObject({ outcome: 'created' })
  })

  test('a run starts once; a second start answers the first one', async () => {
    const run = queuedRun({ dagId: 'r8' })
    await store.createRun(run)
    const started = runningRun(run)
    expect(await store.startRun(started)).toEqual(started)
    expect(await store.startRun({ ...started, dagVersion: 2 })).toEqual(started)
    expect(await store.getRun(run)).toEqual(started)
  })

  test('starting or finishing a run that does not exist answers null', async () => {
    const run = runningRun(queuedRun({ dagId: 'r9' }))
    expect(await store.startRun(run)).toBeNull()
    expect(await store.finishRun(succeededRun(run))).toBeNull()
    expect(await store.getRun(run)).toBeNull()
  })

  test('the first end of a run stands', async () => {
    const running = runningRun(queuedRun({ dagId: 'r10' }))
    await store.createRun(queuedRun({ dagId: 'r10' }))
    await store.startRun(running)
    expect(await store.finishRun(succeededRun(running))).toEqual(succeededRun(running))
    expect(await store.finishRun(failedRun(running))).toEqual(succeededRun(running))
    expect(await store.startRun(running)).toEqual(succeededRun(running))
  })

  test('an end from another execution of the run changes nothing', async () => {
    const running = runningRun(queuedRun({ dagId: 'r11' }))
    await store.createRun(queuedRun({ dagId: 'r11' }))
    await store.startRun(running)
    const stale = runningRun(queuedRun({ dagId: 'r11' }), { execution: { arn: 'old', name: 'old', attempt: 0 } })
    expect(await store.finishRun(failedRun(stale))).toEqual(running)
  })

  test('a running run is marked as failing by its own execution, once or often, until it ends', async () => {
    const queued = queuedRun({ dagId: 'r13' })
    const running = runningRun(queued)
    await store.createRun(queued)
    await store.markRunFailing(running, running.execution.name)
    expect(await store.getRun(running)).toEqual(queued)
    await store.startRun(running)
    await store.markRunFailing(running, 'another')
    expect(await store.getRun(running)).toEqual(running)
    for (const _ of [1, 2]) await store.markRunFailing(running, running.execution.name)
    expect(await store.getRun(running)).toEqual({ ...running, failing: true })
    await store.finishRun(failedRun(running))
    await store.markRunFailing(running, running.execution.name)
    expect(await store.getRun(running)).toEqual(failedRun(running))
    await store.markRunFailing({ dagId: 'r13', runId: 'absent' }, running.execution.name)
    expect(await store.getRun({ dagId: 'r13', runId: 'absent' })).toBeNull()
  })

  test('a queued run cannot finish', async () => {
    const run = queuedRun({ dagId: 'r12' })
    await store.createRun(run)
    expect(await store.finishRun(succeededRun(runningRun(run)))).toEqual(run)
  })
}

function listCases(store: RunStore): void {
  const ids = (runs: { readonly items: readonly { readonly runId: string }[] }) => runs.items.map((run) => run.runId)

  /** Creates runs `0…n-1` an hour apart; every third one is running, every fourth failed. */
  async function fill(dagId: string, count: number, start: string): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const runAfter = later(3600 * i, start)
      const run = queuedRun({ dagId, runId: `run-${String(i).padStart(2, '0')}`, runAfter, logicalDate: runAfter })
      await store.createRun(run)
      if (i % 3 === 0 || i % 4 === 0) await store.startRun(runningRun(run))
      if (i % 4 === 0) await store.finishRun(failedRun(runningRun(run)))
    }
  }

  test('runs of a DAG come newest first, in pages, with the exact total', async () => {
    await fill('l1', 12, '2021-01-01T20:00:00.000Z')
    const page = await store.listRuns({ dagId: 'l1', limit: 3, offset: 2 })
    expect(page.total).toBe(12)
    expect(ids(page)).toEqual(['run-09', 'run-08', 'run-07'])
    const oldest = await store.listRuns({ dagId: 'l1', order: 'oldest', limit: 2, offset: 0 })
    expect(ids(oldest)).toEqual(['run-00', 'run-01'])
    expect(await store.listRuns({ dagId: 'l1', limit: 3, offset: 99 })).toEqual({ items: [], total: 12 })
  })

  test('states merge in run order', async () => {
    await fill('l2', 12, '2021-02-01T20:00:00.000Z')
    const both = await store.listRuns({ dagId: 'l2', states: ['running', 'failed'], limit: 50, offset: 0 })
    expect(ids(both)).toEqual(['run-09', 'run-08', 'run-06', 'run-04', 'run-03', 'run-00'])
    const none = await store.listRuns({ dagId: 'l2', states: ['success'], limit: 50, offset: 0 })
    expect(none).toEqual({ items: [], total: 0 })
  })

  test('both bounds of a time range are inclusive', async () => {
    await fill('l3', 6, '2021-03-01T22:00:00.000Z')
    const range = { runAfterGte: '2021-03-01T23:00:00Z', runAfterLte: '2021-03-02T01:00:00Z' }
    const ofDag = await store.listRuns({ dagId: 'l3', ...range, limit: 50, offset: 0 })
    expect(ids(ofDag)).toEqual(['run-03', 'run-02', 'run-01'])
    expect(ids(await store.listRuns({ ...range, limit: 50, offset: 0 }))).toEqual(ids(ofDag))
    const reversed = { runAfterGte: range.runAfterLte, runAfterLte: range.runAfterGte }
    expect(await store.listRuns({ dagId: 'l3', ...reversed, limit: 50, offset: 0 })).toEqual({ items: [], total: 0 })
    expect(await store.listRuns({ ...reversed, limit: 50, offset: 0 })).toEqual({ items: [], total: 0 })
  })

  test('lists across DAGs walk the days in order, with states and paging', async () => {
    await fill('l4', 30, '2020-05-01T20:00:00.000Z')
    await fill('l5', 30, '2020-05-01T20:30:00.000Z')
    const range = { runAfterGte: '2020-01-01T00:00:00Z', runAfterLte: '2020-12-31T00:00:00Z' }
    const newest = await store.listRuns({ ...range, limit: 4, offset: 1 })
    expect(newest.total).toBe(60)
    expect(newest.items.map((run) => `${run.dagId} ${run.runId}`)).toEqual([
      'l4 run-29',
      'l5 run-28',
      'l4 run-28',
      'l5 run-27',
    ])
    const failed = await store.listRuns({ ...range, states: ['failed'], order: 'oldest', limit: 3, offset: 0 })
    expect(failed.total).toBe(16)
    expect(failed.items.map((run) => `${run.dagId} ${run.runId}`)).toEqual(['l4 run-00', 'l5 run-00', 'l4 run-04'])
  })

  test('open runs are the queued and running ones, oldest first', async () => {
    await fill('l6', 6, '2019-01-01T00:00:00.000Z')
    const open = ['run-01', 'run-02', 'run-03', 'run-05']
    expect((await store.listOpenRuns('l6')).map((run) => run.runId)).toEqual(open)
    const all = (await store.listOpenRuns()).filter((run) => run.dagId === 'l6')
    expect(all.map((run) => run.runId)).toEqual(open)
  })

  test('the latest run is the one with the greatest run_after', async () => {
    await fill('l7', 3, '2018-01-01T00:00:00.000Z')
    expect(await store.latestRun('l7')).toMatchObject({ runId: 'run-02' })
    expect(await store.latestRun('never-ran')).toBeNull()
  })

  test('a listing reads past the page size of a query', async () => {
    const day = '2017-01-01T00:00:00.000Z'
    const conf = { text: 'x'.repeat(60_000) }
    for (let i = 0; i < 40; i += 1) {
      const runId = `big-${String(i).padStart(2, '0')}`
      await store.createRun(queuedRun({ dagId: 'l8', runId, runAfter: day, logicalDate: null, conf }))
    }
    const page = await store.listRuns({ dagId: 'l8', limit: 40, offset: 0 })
    expect(page.total).toBe(40)
    expect(page.items.every((run) => JSON.stringify(run.conf) === JSON.stringify(conf))).toBe(true)
    expect(ids(page)[0]).toBe('big-39')
  })
}

function dagCases(store: RunStore): void {
  const register = (dagId: string, version: number, digest: string, part = {}) =>
    store.putDagVersion(
      dagRecord({ dagId, version, ...part }),
      dagVersion({
        dagId,
        version,
        digest,
        planHash: `plan-${digest}`,
        manifestKey: `manifests/${dagId}/${digest}.json`,
      }),
      manifest({ dagId, codeHash: digest }),
    )

  test('a registered DAG can be read with version and manifest', async () => {
    await register('d1', 1, 'a')
    expect(await store.getDag('d1')).toEqual(dagRecord({ dagId: 'd1' }))
    const version = await store.getDagVersion('d1', 1)
    expect(version).toMatchObject({ digest: 'a' })
    expect(await store.getManifest(version!)).toMatchObject({ dagId: 'd1', codeHash: 'a' })
    expect(await store.getDag('unknown')).toBeNull()
    expect(await store.getDagVersion('d1', 2)).toBeNull()
  })

  test('manifests of older plans stay readable', async () => {
    await register('d2', 1, 'a')
    await register('d2', 2, 'b')
    expect(await store.getManifestByPlan('d2', 'plan-a')).toMatchObject({ codeHash: 'a' })
    expect(await store.getManifestByPlan('d2', 'plan-b')).toMatchObject({ codeHash: 'b' })
    expect(await store.getManifestByPlan('d2', 'plan-c')).toBeNull()
    expect((await store.listDagVersions('d2')).map((version) => version.version)).toEqual([2, 1])
  })

  test('a registration that comes again or late does not switch the DAG back', async () => {
    await register('d3', 1, 'a')
    await register('d3', 2, 'b')
    await register('d3', 1, 'a')
    expect(await store.getDag('d3')).toMatchObject({ version: 2 })
  })

  test('a version number belongs to one digest', async () => {
    await register('d4', 1, 'a')
    await expect(register('d4', 1, 'other')).rejects.toMatchObject({ name: 'DagVersionTaken' })
    expect(await store.getDagVersion('d4', 1)).toMatchObject({ digest: 'a' })
  })

  test('a redeploy keeps the pause flag and the first registration, and ends staleness', async () => {
    await register('d5', 1, 'a', { isPaused: true, createdAt: instant })
    await store.setStale('d5')
    expect(await store.getDag('d5')).toMatchObject({ isPaused: true, isStale: true })
    await register('d5', 2, 'b', { isPaused: false, createdAt: later(60) })
    expect(await store.getDag('d5')).toMatchObject({ isPaused: true, isStale: false, createdAt: instant, version: 2 })
    expect(await store.setPaused('d5', false)).toMatchObject({ isPaused: false, version: 2 })
  })

  test('pausing an unknown DAG answers null and creates nothing', async () => {
    expect(await store.setPaused('d6', true)).toBeNull()
    await store.setStale('d6')
    expect(await store.getDag('d6')).toBeNull()
  })

  test('DAGs are listed by id', async () => {
    await register('d8', 1, 'a')
    await register('d7', 1, 'a')
    const listed = (await store.listDags()).map((dag) => dag.dagId)
    expect(listed).toEqual([...listed].sort())
    expect(listed).toEqual(expect.arrayContaining(['d7', 'd8']))
  })
}

function ledgerCases(store: RunStore): void {
  test('a DAG without a ledger has the empty one', async () => {
    expect(await store.getLedger('g1')).toEqual(emptyLedger)
  })

  test('fifty racing writes of one revision have one winner', async () => {
    const next = { ...emptyLedger, lastTick: instant, due: [instant] }
    const wrote = await Promise.all(Array.from({ length: 50 }, () => store.putLedger('g2', emptyLedger, next)))
    expect(wrote.filter(Boolean)).toHaveLength(1)
    expect(await store.getLedger('g2')).toEqual({ ...next, revision: 1 })
    expect(await store.putLedger('g2', emptyLedger, next)).toBe(false)
    expect(await store.putLedger('g2', { ...next, revision: 1 }, { ...next, due: [] })).toBe(true)
    expect(await store.getLedger('g2')).toEqual({ ...next, due: [], revision: 2 })
  })
}

function taskInstanceCases(store: RunStore): void {
  const lease = (holder: string) => ({ holder, untilMs: 1, epoch: null })

  test('fifty racing claims have one winner, and the others learn who it is', async () => {
    const claims = Array.from({ length: 50 }, (_, i) => taskInstance({ taskId: 't1', lease: lease(`holder-${i}`) }))
    const answers = await Promise.all(claims.map((claim) => store.putTaskInstance(null, claim)))
    expect(answers.filter((answer) => answer.written)).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.stored.lease?.holder)).size).toBe(1)
  })

  test('a waiting record is replaced only by who saw its wait', async () => {
    const wait = (id: string) => ({ id, token: `token of ${id}`, deadline: null })
    const first = taskInstance({ taskId: 'w1', state: 'deferred', wait: wait('first') })
    const second = { ...first, wait: wait('second') }
    const answered = taskInstance({ taskId: 'w1', state: 'success' })
    await store.putTaskInstance(null, first)
    expect(await store.putTaskInstance(first, second)).toEqual({ written: true, stored: second })
    expect(await store.putTaskInstance(first, answered)).toEqual({ written: false, stored: second })
    expect(await store.putTaskInstance(second, answered)).toEqual({ written: true, stored: answered })
  })

  test('the lease of a worker that starts a wait is its holder, and then the wait is', async () => {
    const wait = { id: 'worker', token: 'token', deadline: null }
    const running = taskInstance({ taskId: 'w2', lease: lease('worker'), wait })
    const waiting = { ...running, state: 'deferred' as const, lease: null }
    await store.putTaskInstance(null, running)
    expect((await store.putTaskInstance(running, waiting)).written).toBe(true)
    expect((await store.putTaskInstance(waiting, { ...waiting, state: 'success' })).written).toBe(true)
  })

  test.each([
    ['state', taskInstance({ taskId: 't2', state: 'up_for_retry', lease: lease('a') })],
    ['try number', taskInstance({ taskId: 't2', tryNumber: 2, lease: lease('a') })],
    ['lease holder', taskInstance({ taskId: 't2', lease: lease('b') })],
    ['absence of a lease', taskInstance({ taskId: 't2', lease: null })],
    ['absence of a record', null],
  ])('a write that expects another %s changes nothing', async (_, seen) => {
    const stored = taskInstance({ taskId: 't2', lease: lease('a') })
    await store.putTaskInstance(null, stored)
    const next = taskInstance({ taskId: 't2', state: 'success' })
    expect(await store.putTaskInstance(seen, next)).toEqual({ written: false, stored })
  })

  test('a write that expects what is stored replaces it', async () => {
    const running = taskInstance({ taskId: 't3', lease: lease('a') })
    await store.putTaskInstance(null, running)
    const done = taskInstance({ taskId: 't3', state: 'success', endDate: later(5), duration: 3 })
    expect(await store.putTaskInstance(running, done)).toEqual({ written: true, stored: done })
    expect(await store.getTaskInstance(done, 't3')).toEqual(done)
  })

  test('a repeated write of the same record is the same write', async () => {
    const claim = taskInstance({ taskId: 't4', lease: lease('a') })
    await store.putTaskInstance(null, claim)
    expect(await store.putTaskInstance(null, claim)).toEqual({ written: true, stored: claim })
  })

  test('task instances of a run are read in a batch and as a whole, not those of other runs', async () => {
    const run = { dagId: 't-runs', runId: 'a' }
    const other = { dagId: 't-runs', runId: 'a-2' }
    const names = Array.from({ length: 120 }, (_, i) => `task-${String(i).padStart(3, '0')}`)
    for (const taskId of names) await store.putTaskInstance(null, taskInstance({ ...run, taskId }))
    await store.putTaskInstance(null, taskInstance({ ...other, taskId: 'alien' }))
    await store.putXCom(run, { taskId: 'task-000', mapIndex: -1, key: 'k', value: 1, timestamp: instant })
    expect((await store.listTaskInstances(run)).map((instance) => instance.taskId)).toEqual(names)
    const batch = await store.getTaskInstances(run, [...names, 'absent', 'task-000'])
    expect(batch.map((instance) => instance.taskId)).toEqual(names)
    expect(await store.getTaskInstances(run, [])).toEqual([])
    expect(await store.getTaskInstance(run, 'absent')).toBeNull()
  })

  test('map indexes are records of their own', async () => {
    const mapped = taskInstance({ taskId: 't5', mapIndex: 3 })
    await store.putTaskInstance(null, mapped)
    expect(await store.getTaskInstance(mapped, 't5')).toBeNull()
    expect(await store.getTaskInstance(mapped, 't5', 3)).toEqual(mapped)
  })
}

function xcomCases(store: RunStore, objectCount: () => number): void {
  const run = { dagId: 'x', runId: 'manual__1' }
  const entry = (part: Partial<XComEntry>): XComEntry => ({
    taskId: 'a',
    mapIndex: -1,
    key: 'return_value',
    value: null,
    timestamp: instant,
    ...part,
  })

  test('values come back as they went in, whatever their size', async () => {
    const values = [null, 0, -0.1, 1e300, '', 'ä'.repeat(40_000), [], { a: { b: [null, true] } }]
    for (const [i, value] of values.entries()) {
      await store.putXCom(run, entry({ key: `k${i}`, value }))
      expect(await store.getXCom(run, 'a', `k${i}`)).toEqual(entry({ key: `k${i}`, value }))
    }
    expect((await store.listXComs(run, 'a')).map((xcom) => xcom.value)).toEqual(values)
  })

  test('32 KiB of JSON are inline, one byte more is an object', async () => {
    const before = objectCount()
    await store.putXCom(run, entry({ taskId: 'edge', key: 'in', value: 'x'.repeat(32 * 1024 - 2) }))
    expect(objectCount()).toBe(before)
    await store.putXCom(run, entry({ taskId: 'edge', key: 'out', value: 'x'.repeat(32 * 1024 - 1) }))
    expect(objectCount()).toBe(before + 1)
  })

  test('a value above 50 MiB is refused by name and with a way out', async () => {
    const value = 'x'.repeat(50 * 2 ** 20)
    const refused = store.putXCom(run, entry({ taskId: 'huge', value }))
    await expect(refused).rejects.toMatchObject({ name: 'XComTooLarge' })
    await expect(store.putXCom(run, entry({ taskId: 'huge', value }))).rejects.toThrow(/task huge .* push its address/)
    expect(await store.getXCom(run, 'huge', 'return_value')).toBeNull()
  })

  test('long ids and keys are stored as any other, until a key does not fit', async () => {
    const long = { dagId: 'x', runId: 'r'.repeat(250) }
    const place = { taskId: 'ü'.repeat(250), key: 'k'.repeat(400) }
    const stored = entry({ ...place, value: 'x'.repeat(40_000) })
    await store.putXCom(long, stored)
    expect(await store.getXCom(long, place.taskId, place.key)).toEqual(stored)
    const tooLong = entry({ key: 'k'.repeat(1020), value: 1 })
    await expect(store.putXCom(run, tooLong)).rejects.toMatchObject({ name: 'XComKeyTooLong' })
  })

  test('one key of all instances is listed by map index, inline and as objects', async () => {
    const pushed = [10, 2, 0, -1].map((mapIndex) =>
      entry({ taskId: 'all', mapIndex, value: 'x'.repeat(Math.max(0, mapIndex) * 4_000) }),
    )
    for (const one of pushed) await store.putXCom(run, one)
    await store.putXCom(run, entry({ taskId: 'all', mapIndex: 1, key: 'other', value: 1 }))
    await store.putXCom(run, entry({ taskId: 'all2', mapIndex: 1, value: 1 }))
    const listed = await store.listMappedXComs(run, 'all', 'return_value')
    expect(listed).toEqual([pushed[2], pushed[1], pushed[0]])
    expect(await store.listMappedXComs(run, 'nobody', 'return_value')).toEqual([])
  })

  test('deleting removes the entries of one task instance, objects included', async () => {
    const before = objectCount()
    const long = 'x'.repeat(40_000)
    await store.putXCom(run, entry({ taskId: 'gone', key: 'short', value: 1 }))
    await store.putXCom(run, entry({ taskId: 'gone', key: 'a/b #?ü', value: long }))
    await store.putXCom(run, entry({ taskId: 'gone', mapIndex: 1, key: 'short', value: 1 }))
    await store.putXCom(run, entry({ taskId: 'gone2', key: 'short', value: 2 }))
    expect(await store.getXCom(run, 'gone', 'a/b #?ü')).toMatchObject({ value: long })
    await store.deleteXComs(run, 'gone')
    await store.deleteXComs(run, 'gone')
    expect(await store.listXComs(run, 'gone')).toEqual([])
    expect(await store.listXComs(run, 'gone', 1)).toHaveLength(1)
    expect(await store.listXComs(run, 'gone2')).toHaveLength(1)
    expect(objectCount()).toBe(before)
  })
}

function gateCases(store: RunStore): void {
  test('of fifty racing arrivals the last one sees all', async () => {
    const arrivals = Array.from({ length: 50 }, (_, i) => store.arriveAtGate('x1', 'd', i, 'success'))
    const seen = (await Promise.all(arrivals)).map((gate) => Object.keys(gate.arrived).length)
    expect(Math.max(...seen)).toBe(50)
    expect(new Set(seen).size).toBe(50)
  })

  test('what arrives for a mapped task keeps its counts', async () => {
    const mapped = { s: 'failed', c: [2, 0, 1, 0] } as const
    expect(await store.arriveAtGate('x6', 'd', 1, mapped)).toMatchObject({ arrived: { 1: mapped } })
    expect(await store.getGate('x6', 'd')).toEqual({ arrived: { 1: mapped }, open: false, token: null, held: null })
  })

  test('arriving again changes nothing; the flag stays', async () => {
    await store.arriveAtGate('x2', 'd', 0, 'failed')
    await store.openGate('x2', 'd')
    const again = await store.arriveAtGate('x2', 'd', 0, 'failed')
    expect(again).toEqual({ arrived: { 0: 'failed' }, open: true, token: null, held: null })
    expect(await store.openGate('x2', 'd')).toEqual(again)
  })

  test('a gate is read as the last write left it; one that nobody reached is closed and empty', async () => {
    expect(await store.getGate('x5', 'd')).toEqual({ arrived: {}, open: false, token: null, held: null })
    await store.arriveAtGate('x5', 'd', 1, 'skipped')
    expect(await store.getGate('x5', 'd')).toEqual({ arrived: { 1: 'skipped' }, open: false, token: null, held: null })
    const opened = await store.openGate('x5', 'd')
    expect(await store.getGate('x5', 'd')).toEqual(opened)
  })

  test('gates of other executions and other gates are closed', async () => {
    await store.openGate('x3', 'd')
    expect(await store.arriveAtGate('x4', 'd', 1, 'skipped')).toMatchObject({ open: false })
    expect(await store.arriveAtGate('x3', 'e', 1, 'skipped')).toMatchObject({ open: false })
  })

  describe('a task’s call', () => {
    const held = (token: string): HeldCall => ({
      fn: 'arn:aws:lambda:us-east-1:000000000000:function:tasks:7',
      call: {
        x: 'x7',
        w: 'plan',
        task: 'd',
        try: 0,
        up: { '^run': { dagId: 'sales', runId: 'r' }, a: { s: 'success', n: 3, v: { '[0]': ['ä"', null, 1.5] } } },
        gate: true,
        token,
      },
    })

    test('lies at its gate and is handed to whoever arrives, opens or reads', async () => {
      expect(await store.holdGate('x7', 'd', held('t1'))).toBe(true)
      const item = { arrived: { 0: 'success' }, open: false, token: null, held: held('t1') }
      expect(await store.arriveAtGate('x7', 'd', 0, 'success')).toEqual(item)
      expect(await store.getGate('x7', 'd')).toEqual(item)
      expect(await store.openGate('x7', 'd')).toEqual({ ...item, open: true })
    })

    test('takes the place of the one before it: the machine waits for the newest token only', async () => {
      await store.holdGate('x8', 'd', held('t1'))
      expect(await store.holdGate('x8', 'd', held('t2'))).toBe(true)
      expect(await store.openGate('x8', 'd')).toMatchObject({ open: true, held: held('t2') })
    })

    test('is refused by an open gate, which keeps what it held', async () => {
      await store.openGate('x9', 'd')
      expect(await store.holdGate('x9', 'd', held('t1'))).toBe(false)
      expect(await store.getGate('x9', 'd')).toMatchObject({ open: true, held: null })
      await store.holdGate('x10', 'd', held('t1'))
      await store.openGate('x10', 'd')
      expect(await store.holdGate('x10', 'd', held('t2'))).toBe(false)
      expect(await store.getGate('x10', 'd')).toMatchObject({ held: held('t1') })
    })

    test('that races the opening is held and found, or refused', async () => {
      for (let round = 0; round < 20; round++) {
        const execution = `x11-${round}`
        const [isHeld, opened] = await Promise.all([
          store.holdGate(execution, 'd', held('t1')),
          store.openGate(execution, 'd'),
        ])
        expect(opened.held).toEqual(isHeld ? held('t1') : null)
      }
    })
  })

  test('variables are set, replaced and deleted', async () => {
    expect(await store.getVariable('v')).toBeNull()
    await store.setVariable('v', '')
    expect(await store.getVariable('v')).toBe('')
    await store.setVariable('v', 'two')
    expect(await store.getVariable('v')).toBe('two')
    await store.deleteVariable('v')
    await store.deleteVariable('v')
    expect(await store.getVariable('v')).toBeNull()
  })
}
