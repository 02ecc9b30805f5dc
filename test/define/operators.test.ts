import { describe, expect, it } from 'vitest'
import {
  approval,
  Dag,
  deferrable,
  empty,
  humanInput,
  latestOnly,
  readDag,
  sensor,
  triggerDagRun,
} from '../../dag-compiler/define.ts'
import { definitionOf, problemsOf } from './definitions.ts'

const optionsOf = (dag: Dag) => definitionOf(dag).tasks[0]?.options

describe('an operator', () => {
  it('takes the place of a handler, with the id in front or in the spec', () => {
    const dag = new Dag('values')
    dag.task('first', empty())()
    dag.task(empty(), { taskId: 'second', retries: 1 })()
    dag.task('latest', latestOnly())()
    expect(definitionOf(dag).tasks.map(({ taskId, operator, options }) => [taskId, operator, options])).toEqual([
      ['first', 'empty', undefined],
      ['second', 'empty', undefined],
      ['latest', 'latest_only', undefined],
    ])
  })

  it('without an id is reported', () => {
    const dag = new Dag('nameless')
    dag.task(empty(), {})()
    expect(problemsOf(dag)).toEqual(['missing-task-id: a task has no id (undefined)'])
  })
})

describe('sensor', () => {
  it('has Airflow’s defaults, and pokes with its handler', async () => {
    const dag = new Dag('sensor')
    dag.task(
      'ready',
      sensor(async ({ x }: { x: number }) => x > 1, { timeout: 3600, exponentialBackoff: true }),
    )({ x: 2 })
    expect(optionsOf(dag)).toEqual({
      kind: 'sensor',
      pokeInterval: 60,
      timeout: 3600,
      softFail: false,
      backoff: 2,
      maxPokeInterval: null,
      mode: 'reschedule',
    })
    expect(await readDag(dag).handlers.get('ready')?.({ x: 2 })).toBe(true)
  })

  it('cannot hold a Lambda longer than Lambda allows, nor have unknown options', () => {
    const dag = new Dag('sensor')
    dag.task(
      'held',
      sensor(async () => true, { mode: 'poke', timeout: 901 }),
    )()
    dag.task(
      'typo',
      sensor(async () => true, { timeout: 60, pokeIntervall: 3 } as object),
    )()
    expect(problemsOf(dag)).toEqual(['bad-option: timeout is 901', 'bad-option: there is no option pokeIntervall'])
  })

  it.each([
    [{ pokeInterval: 73, timeout: 604_800 }, 0],
    [{}, 1],
    [{ exponentialBackoff: true }, 0],
    [{ exponentialBackoff: true, maxPokeInterval: 60 }, 1],
    [{ exponentialBackoff: true, maxPokeInterval: 600 }, 0],
  ])('with %j has %i problems with the history of its run', (options, problems) => {
    const dag = new Dag('sensor')
    dag.task(
      'ready',
      sensor(async () => true, options),
    )()
    expect(problemsOf(dag).filter((problem) => problem.startsWith('too-many-pokes'))).toHaveLength(problems)
  })
})

describe('triggerDagRun', () => {
  it('is the same in both forms', () => {
    const old = new Dag('old')
    old.triggerDagRun({ taskId: 'next', dagId: 'report', conf: { a: 1 } }, { triggerRule: 'all_done' })
    const young = new Dag('old')
    young.task(triggerDagRun({ dagId: 'report', conf: { a: 1 } }), { taskId: 'next', triggerRule: 'all_done' })()
    expect(definitionOf(old)).toEqual(definitionOf(young))
    expect(optionsOf(old)).toMatchObject({ dagId: 'report', conf: { a: 1 }, waitForCompletion: false, runAfter: null })
    expect(optionsOf(old)).not.toHaveProperty('logicalDate')
  })

  it('keeps the difference between no logical date and one', () => {
    const dag = new Dag('dates')
    dag.task('none', triggerDagRun({ dagId: 'x', logicalDate: null }))()
    dag.task('one', triggerDagRun({ dagId: 'x', logicalDate: new Date(0) }))()
    const dates = definitionOf(dag).tasks.map(
      ({ options }) => options?.kind === 'trigger_dag_run' && options.logicalDate,
    )
    expect(dates).toEqual([null, '1970-01-01T00:00:00.000Z'])
  })

  it('refuses to promise that a run which exists is cleared and run again', () => {
    const dag = new Dag('reset')
    dag.triggerDagRun({ taskId: 'one', dagId: 'x', resetDagRun: false })
    // @ts-expect-error: no other value is taken.
    dag.triggerDagRun({ taskId: 'two', dagId: 'x', resetDagRun: true })
    expect(problemsOf(dag)).toEqual(['bad-option: resetDagRun is true'])
  })

  it('needs a DAG', () => {
    const dag = new Dag('missing')
    dag.triggerDagRun({ taskId: 'next' } as never)
    expect(problemsOf(dag)).toEqual(['bad-option: dagId is undefined'])
  })
})

describe('waits for a person', () => {
  it('take texts, or functions that are listed among the handlers', async () => {
    const dag = new Dag('people')
    const ask = dag.task(
      'ask',
      humanInput({
        subject: ({ n }: { n: number }) => `Ship ${n}?`,
        body: 'All of it',
        options: ['yes', 'no'],
        defaults: 'no',
        assignees: ['ann'],
        responseTimeout: 60,
      }),
    )
    ask({ n: 3 })
    expect(optionsOf(dag)).toEqual({
      kind: 'human_input',
      subject: null,
      body: 'All of it',
      options: ['yes', 'no'],
      defaults: ['no'],
      multiple: false,
      assignees: ['ann'],
      responseTimeout: 60,
      onReject: null,
    })
    expect(await readDag(dag).handlers.get('ask#subject')?.({ n: 3 })).toBe('Ship 3?')
  })

  it('offer Approve and Reject for an approval, which skips by default', () => {
    const dag = new Dag('people')
    dag.task('ask', approval({ subject: 'Go?', defaults: 'Reject' }))()
    expect(optionsOf(dag)).toMatchObject({ options: ['Approve', 'Reject'], defaults: ['Reject'], onReject: 'skip' })
  })

  it('need options to choose from, and defaults among them', () => {
    const dag = new Dag('people')
    dag.task('none', humanInput({ subject: 'Go?', options: [] }))()
    dag.task('other', humanInput({ subject: 'Go?', options: ['a', 'b'], defaults: 'c' }))()
    dag.task('several', humanInput({ subject: 'Go?', options: ['a', 'b'], defaults: ['a', 'b'] }))()
    dag.task('twice', humanInput({ subject: 'Go?', options: ['a', 'a'] }))()
    dag.task('unasked', humanInput({ options: ['a'] } as never))()
    expect(problemsOf(dag)).toEqual([
      'bad-option: options is []',
      'bad-option: defaults is "c"',
      'bad-option: defaults is ["a","b"]',
      'bad-option: options is ["a","a"]',
      'bad-option: subject is undefined',
    ])
  })

  it('approvals have no options of their own', () => {
    const dag = new Dag('people')
    dag.task('ask', approval({ subject: 'Go?', options: ['Maybe'] } as never))()
    expect(problemsOf(dag)).toEqual(['bad-option: there is no option options'])
  })
})

describe('deferrable', () => {
  it('starts with its handler and waits as long as it may', () => {
    const dag = new Dag('outside')
    dag.task(
      'scan',
      deferrable(async () => 'started', { timeout: 7200, heartbeat: 60 }),
    )()
    expect(optionsOf(dag)).toEqual({ kind: 'deferrable', timeout: 7200, heartbeat: 60 })
  })
})
