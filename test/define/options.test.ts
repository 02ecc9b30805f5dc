import { describe, expect, it } from 'vitest'
import { Dag, type DagSpec, type TaskSpec } from '../../dag-compiler/define.ts'
import { definitionOf, problemsOf } from './definitions.ts'

const specOf = (spec: DagSpec) => definitionOf(new Dag('d', spec)).spec

const taskSpecOf = (spec: TaskSpec, dagSpec: DagSpec = {}) => {
  const dag = new Dag('d', dagSpec)
  dag.empty('t', spec)
  return definitionOf(dag).tasks[0]?.spec
}

const faultsOf = (dagSpec: unknown, taskSpec?: unknown) => {
  const dag = new Dag('d', dagSpec as DagSpec)
  dag.empty('t', taskSpec as TaskSpec)
  return problemsOf(dag)
}

describe('defaults', () => {
  it('of a task are Airflow’s', () => {
    expect(taskSpecOf({})).toEqual({
      triggerRule: 'all_success',
      retries: 0,
      retryDelay: 300,
      retryExponentialBackoff: 0,
      maxRetryDelay: 86_400,
      executionTimeout: null,
      maxInfraRetries: 3,
      doXcomPush: true,
      owner: 'airflow',
      docMd: null,
      pool: 'default_pool',
      poolSlots: 1,
      priorityWeight: 1,
      weightRule: 'downstream',
      queue: 'default',
      recorded: {},
    })
  })

  it('of a DAG apply to its tasks, and a task’s own options win', () => {
    const dagSpec: DagSpec = { queue: 'typescript', defaults: { retries: 2, retryDelay: 5, dependsOnPast: true } }
    expect(taskSpecOf({ retries: 4 }, dagSpec)).toMatchObject({
      retries: 4,
      retryDelay: 5,
      queue: 'typescript',
      recorded: { dependsOnPast: true },
    })
  })

  it('let @continuous run once at a time', () => {
    expect(specOf({ schedule: '@continuous' }).maxActiveRuns).toBe(1)
    expect(specOf({}).maxActiveRuns).toBe(16)
    expect(faultsOf({ schedule: '@continuous', maxActiveRuns: 2 })).toEqual(['bad-option: maxActiveRuns is 2'])
  })
})

describe('values', () => {
  it('of dates become UTC texts', () => {
    expect(specOf({ startDate: new Date('2026-01-01T01:00:00+01:00') }).startDate).toBe('2026-01-01T00:00:00.000Z')
  })

  it('of retryExponentialBackoff may be true, which is 2', () => {
    expect(taskSpecOf({ retryExponentialBackoff: true })?.retryExponentialBackoff).toBe(2)
  })

  it('are copied and frozen', () => {
    const tags = ['etl']
    const spec = specOf({ tags })
    tags.push('late')
    expect(spec.tags).toEqual(['etl'])
    expect(Object.isFrozen(spec)).toBe(true)
    expect(Object.isFrozen(taskSpecOf({}))).toBe(true)
  })
})

class Special {}
const circle: { self?: unknown } = {}
circle.self = circle

describe('a bad option', () => {
  it.each<[unknown, unknown, string]>([
    [{ schedul: '@daily' }, {}, 'bad-option: there is no option schedul'],
    [{ catchup: 'yes' }, {}, 'bad-option: catchup is "yes"'],
    [{ tags: 'etl' }, {}, 'bad-option: tags is "etl"'],
    [{ startDate: new Date(Number.NaN) }, {}, 'bad-option: startDate is an invalid Date'],
    [{ endDate: new Date(0), startDate: new Date(1000) }, {}, 'bad-option: endDate is 1970-01-01T00:00:00.000Z'],
    [{ defaults: { retries: -1 } }, {}, 'bad-option: defaults.retries is -1'],
    [{ defaults: { taskId: 'x' } }, {}, 'bad-option: there is no option defaults.taskId'],
    [{ defaults: 3 }, {}, 'bad-option: defaults is 3'],
    [{ params: { when: new Special() } }, {}, 'bad-option: params is {"when":{}}'],
    [{ params: circle }, {}, 'bad-option: params is an object'],
    ['daily', {}, 'bad-option: spec is "daily"'],
    [{}, { retries: Number.NaN }, 'bad-option: retries is NaN'],
    [{}, { executionTimeout: 901 }, 'bad-option: executionTimeout is 901'],
    [{}, { triggerRule: 'all_good' }, 'bad-option: triggerRule is "all_good"'],
    [{}, { docMd: () => 'text' }, 'bad-option: docMd is the function docMd'],
    [{}, { pool: new Special() }, 'bad-option: pool is an object of class Special'],
    [{}, { constructor: 1 }, 'bad-option: there is no option constructor'],
  ])('%o %o is reported', (dagSpec, taskSpec, expected) => {
    expect(faultsOf(dagSpec, taskSpec)).toEqual([expected])
  })

  it('keeps its default, so that everything else is still checked', () => {
    const dag = new Dag('d', { maxActiveRuns: -1, timezone: 'Mars/Olympus' })
    dag.empty('t', { retries: -1 })
    expect(definitionOf(dag).spec.maxActiveRuns).toBe(16)
    expect(problemsOf(dag)).toEqual([
      'bad-option: maxActiveRuns is -1',
      'bad-option: retries is -1',
      'bad-timezone: timezone "Mars/Olympus" is not known',
    ])
  })
})

describe('onFailure', () => {
  it('is failFast when failFast is true, and nothing else beside it', () => {
    expect(definitionOf(new Dag('a', { failFast: true })).spec.onFailure).toBe('failFast')
    expect(definitionOf(new Dag('a', { onFailure: 'drain' })).spec.onFailure).toBe('drain')
    expect(definitionOf(new Dag('a')).spec).not.toHaveProperty('onFailure')
    const torn = new Dag('a', { failFast: true, onFailure: 'drain' })
    torn.empty('x')
    expect(problemsOf(torn)).toEqual(["bad-option: onFailure is 'drain'"])
  })
})

describe('retry options', () => {
  it('are kept as the runtime reads them', () => {
    const dag = new Dag('a', { defaults: { retryJitter: 'full' } })
    const retryPolicy = [
      { error: 'Throttled', action: 'retry', delay: 5 },
      { error: '*denied*', action: 'fail', delay: 9 },
    ] as const
    dag.task('x', async () => 1, { retryPolicy, maxActiveTisPerDagrun: 3 })()
    expect(definitionOf(dag).tasks[0]?.spec).toMatchObject({
      retryJitter: 'full',
      retryPolicy: [
        { error: 'Throttled', action: 'retry', delay: 5 },
        { error: '*denied*', action: 'fail', delay: null },
      ],
      maxActiveTisPerDagrun: 3,
    })
    expect(problemsOf(dag)).toEqual([])
  })

  it('are refused when an entry of the policy says nothing', () => {
    const dag = new Dag('a')
    dag.task('x', async () => 1, { retryPolicy: [{ error: 'X', action: 'ignore' }] as never })()
    expect(problemsOf(dag)).toHaveLength(1)
  })
})
