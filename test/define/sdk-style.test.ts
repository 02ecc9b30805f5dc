/** Programs in the style of Airflow's TypeScript SDK: only the import differs, the graph and the options are the same. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, describe, expect, it } from 'vitest'
import {
  AirflowFailException,
  AirflowSkipException,
  Bundle,
  ConnectionNotFoundError,
  Dag,
  FailTask,
  findDags,
  getClient,
  getContext,
  provideContext,
  readDag,
  SkipTask,
  type TaskClient,
  type TaskContext,
  TaskHandler,
  VariableNotFoundError,
} from '../../dag-compiler/define.ts'
import { definitionOf, edgesOf, problemsOf } from './definitions.ts'

describe('a program in the style of the SDK', () => {
  const dag = new Dag('sales', { schedule: '0 6 * * *', tags: ['etl'], queue: 'typescript' })
  const extract = dag.task('extract', async (): Promise<{ rows: number }> => ({ rows: 3 }))
  const isBusy = dag.task('is_busy', async ({ got }: { got: { rows: number } }) => got.rows > 100)
  const load = dag.task(
    'load',
    async () => {
      await getClient().setXCom({ key: 'done', value: true })
    },
    { retries: 2, retryDelay: 30 },
  )
  const note = dag.task(async function note_quiet() {})
  const got = extract()
  isBusy({ got }).before(load(), note())
  const bundle = new Bundle()
  bundle.register(dag)

  it('gives the graph it draws', async () => {
    await bundle.serve()
    expect(edgesOf(dag)).toEqual(['extract→is_busy', 'is_busy→load', 'is_busy→note_quiet'])
    expect(problemsOf(dag)).toEqual([])
  })

  it('keeps its options', () => {
    const { spec, tasks } = definitionOf(dag)
    expect(spec).toMatchObject({ schedule: '0 6 * * *', tags: ['etl'], timezone: 'UTC', timetable: 'trigger' })
    expect(tasks.map(({ spec }) => spec.queue)).toEqual(['typescript', 'typescript', 'typescript', 'typescript'])
    expect(tasks[2]?.spec).toMatchObject({ retries: 2, retryDelay: 30 })
  })

  it('hands every handler to the runtime under its id', async () => {
    const { handlers } = readDag(dag)
    expect([...handlers.keys()]).toEqual(['extract', 'is_busy', 'load', 'note_quiet'])
    expect(await handlers.get('is_busy')?.({ got: { rows: 101 } })).toBe(true)
  })
})

describe('a program with groups, branches and a trigger', () => {
  const dag = new Dag('cadence', { schedule: '@daily', catchup: false, queue: 'typescript' })
  const fetched = dag.taskGroup('fetch')
  const north = fetched.task('north', async (): Promise<number> => 3)
  const south = fetched.task('south', async (): Promise<number> => 0)
  const add = dag.task('add', async ({ north, south }: { north: number; south: number }) => north + south)
  const hasRows = dag.task('has_rows', async ({ rows }: { rows: number }) => rows > 0)
  const [load, skip] = [dag.task('load', async () => 1)(), dag.task('skip', async () => 0)()]
  dag
    .if(hasRows({ rows: add({ north: north(), south: south() }) }))
    .then(load)
    .else(skip)
  const [daily, weekly] = [dag.task('daily', async () => 'd')(), dag.task('weekly', async () => 'w')()]
  const pick = dag.task('pick', async () =>
    (await getClient().getVariable('cadence')) === 'weekly' ? weekly : daily,
  )()
  dag.switch(pick).case(daily).case(weekly)
  fetched.before(pick)
  const cleanup = dag.task('cleanup', async () => undefined, { triggerRule: 'all_done' })()
  cleanup.after(load, skip, daily, weekly)
  dag.triggerDagRun({ taskId: 'next', dagId: 'report', conf: { by: 'cadence' } }).after(cleanup)

  it('gives the graph it draws', async () => {
    await new Bundle(dag).serve()
    expect(problemsOf(dag)).toEqual([])
    expect(edgesOf(dag)).toEqual([
      'fetch.north→add',
      'fetch.north→pick',
      'fetch.south→add',
      'fetch.south→pick',
      'add→has_rows',
      'has_rows→load',
      'has_rows→skip',
      'load→cleanup',
      'skip→cleanup',
      'pick→daily',
      'pick→weekly',
      'daily→cleanup',
      'weekly→cleanup',
      'cleanup→next',
    ])
  })
})

describe('findDags', () => {
  it('finds exported, listed and registered DAGs once each, exports first', () => {
    const [a, b, c, d] = [new Dag('a'), new Dag('b'), new Dag('c'), new Dag('d')]
    new Bundle().register(d, a)
    const found = findDags({ a, list: [b], table: { c }, again: a, other: 3, nothing: null, deep: [[new Dag('e')]] })
    expect(found.map(({ dagId }) => dagId).filter((id) => !['sales', 'cadence'].includes(id))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ])
  })
})

describe('a TaskHandler', () => {
  it('is refused with what to write instead', () => {
    expect(() => new TaskHandler('etl', 'load', async () => 1)).toThrow(
      expect.objectContaining({ name: 'AuthoringError', fix: expect.stringContaining("new Dag('etl')") }),
    )
  })
})

describe('getContext and getClient', () => {
  const storage = new AsyncLocalStorage<{ context: TaskContext; client: TaskClient }>()
  afterEach(() => provideContext({ getStore: () => undefined }))

  it('belong to the running task across await, and to no other', async () => {
    provideContext(storage)
    // Only the id is looked at.
    const asTask = (taskId: string) => ({
      context: { taskId } as TaskContext,
      client: { taskId } as unknown as TaskClient,
    })
    const work = async () => {
      await Promise.resolve()
      return [getContext().taskId, getClient()]
    }
    const [a, b] = [asTask('a'), asTask('b')]
    expect(await Promise.all([storage.run(a, work), storage.run(b, work)])).toEqual([
      ['a', a.client],
      ['b', b.client],
    ])
  })

  it('throw outside of a task and say what to do', () => {
    expect(() => getContext()).toThrow('Call it inside a handler')
    expect(() => getClient()).toThrow('getClient() was called outside a task')
  })
})

describe('errors', () => {
  it('have literal names, under Airflow’s names too', () => {
    expect([AirflowSkipException, AirflowFailException]).toEqual([SkipTask, FailTask])
    expect([new SkipTask('x').name, new FailTask('x').name]).toEqual(['SkipTask', 'FailTask'])
    expect(new VariableNotFoundError('region')).toMatchObject({ name: 'VariableNotFoundError', key: 'region' })
    expect(new ConnectionNotFoundError('wh')).toMatchObject({ name: 'ConnectionNotFoundError', connId: 'wh' })
  })
})
