import { describe, expect, it } from 'vitest'
import { chain, Dag } from '../../dag-compiler/define.ts'
import { definitionOf, edgesOf, graphOf, problemsOf } from './definitions.ts'

const work = async () => 1

describe('ids in a group', () => {
  it('get the ids of all groups around in front', () => {
    const dag = new Dag('ids')
    const outer = dag.taskGroup('outer', { tooltip: 'All of it' })
    const inner = outer.taskGroup('inner')
    expect(inner.task('a', work)().taskId).toBe('outer.inner.a')
    expect(inner.empty('b').taskId).toBe('outer.inner.b')
    expect(inner.task(async function named() {})().taskId).toBe('outer.inner.named')
    expect(definitionOf(dag).groups).toEqual([
      { groupId: 'outer', parent: null, tooltip: 'All of it' },
      { groupId: 'outer.inner', parent: 'outer', tooltip: null },
    ])
    expect(definitionOf(dag).tasks.map(({ group }) => group)).toEqual(['outer.inner', 'outer.inner', 'outer.inner'])
  })

  it('stay alone with prefixGroupId: false', () => {
    const dag = new Dag('ids')
    const outer = dag.taskGroup('outer')
    const plain = outer.taskGroup('plain', { prefixGroupId: false })
    plain.empty('a')
    plain.taskGroup('deep').empty('b')
    expect(graphOf(dag).tasks.map(({ taskId, group }) => [taskId, group])).toEqual([
      ['a', 'outer.plain'],
      ['deep.b', 'deep'],
    ])
  })

  it('share one namespace with groups, and have no dots of their own', () => {
    const dag = new Dag('ids')
    dag.taskGroup('load').empty('rows')
    dag.empty('load')
    dag.taskGroup('out.put').empty('a.b')
    dag.taskGroup('é')
    expect(problemsOf(dag)).toEqual(
      [
        'duplicate-id: 2 tasks or groups are called load',
        'illegal-id: task id "out.put.a.b" contains a dot, which joins a group and a task',
        'illegal-id: group id "out.put" contains a dot, which joins a group and a task',
        'illegal-id: group id "é" contains "é"',
      ].toSorted((a, b) => (a.includes('task id') ? 1 : 0) - (b.includes('task id') ? 1 : 0)),
    )
  })

  it('may be names that every object has', () => {
    const dag = new Dag('names')
    const odd = dag.taskGroup('__proto__')
    odd.empty('constructor').before(odd.empty('toString'))
    odd.before(dag.empty('hasOwnProperty'))
    expect(edgesOf(dag)).toEqual(['__proto__.constructor→__proto__.toString', '__proto__.toString→hasOwnProperty'])
  })
})

describe('defaults of groups', () => {
  it('come behind what an inner group or the task says, and before what the DAG says', () => {
    const dag = new Dag('defaults', { defaults: { retries: 1, pool: 'dag', owner: 'dag' } })
    const outer = dag.taskGroup('outer', { defaults: { retries: 2, pool: 'outer' } })
    outer.taskGroup('inner', { defaults: { retries: 3 } }).task('a', work, { retryDelay: 5 })()
    expect(definitionOf(dag).tasks[0]?.spec).toMatchObject({ retries: 3, pool: 'outer', owner: 'dag', retryDelay: 5 })
  })

  it('are checked under the name of the group', () => {
    const dag = new Dag('defaults')
    dag.empty('a')
    const options = { defaults: { retires: 1 }, colour: 'red' } as object
    dag.taskGroup('load', options)
    expect(problemsOf(dag)).toEqual([
      'bad-option: there is no option load.colour',
      'bad-option: there is no option load.defaults.retires',
    ])
  })
})

describe('edges of groups', () => {
  it('reach the roots and leave from the leaves, of inner groups too', () => {
    const dag = new Dag('edges')
    const [before, after] = [dag.empty('before'), dag.empty('after')]
    const load = dag.taskGroup('load')
    const [a, b] = [load.empty('a'), load.empty('b')]
    const inner = load.taskGroup('inner')
    const [c, d] = [inner.empty('c'), inner.empty('d')]
    inner.after(a)
    load.after(before).before(after)
    expect(edgesOf(dag)).toEqual([
      'before→load.a',
      'before→load.b',
      'load.a→load.inner.c',
      'load.a→load.inner.d',
      'load.b→after',
      'load.inner.c→after',
      'load.inner.d→after',
    ])
    expect([b, c, d].map(({ taskId }) => taskId)).toHaveLength(3)
  })

  it('do not depend on when they were drawn', () => {
    const dag = new Dag('late')
    const load = dag.taskGroup('load')
    load.before(dag.empty('end'))
    const a = load.empty('a')
    a.before(load.empty('b'))
    expect(edgesOf(dag)).toEqual(['load.a→load.b', 'load.b→end'])
  })

  it('join two groups leaf by root, and go on through groups without tasks', () => {
    const dag = new Dag('through')
    const [first, hollow, last] = [dag.taskGroup('first'), dag.taskGroup('hollow'), dag.taskGroup('last')]
    const nested = hollow.taskGroup('nested')
    first.empty('a')
    first.empty('b')
    last.empty('c')
    chain(first, [hollow, nested], last)
    expect(edgesOf(dag)).toEqual(['first.a→last.c', 'first.b→last.c'])
  })

  it('out of a group pass over its teardowns, to the work before them', () => {
    const dag = new Dag('teardown')
    const cluster = dag.taskGroup('cluster')
    const create = cluster.empty('create')
    const work = cluster.empty('work')
    const drop = cluster.empty('drop')
    chain(create, work, drop.asTeardown({ setups: create }))
    cluster.before(dag.empty('report'))
    expect(edgesOf(dag)).toEqual([
      'cluster.create→cluster.work',
      'cluster.create→cluster.drop',
      'cluster.work→cluster.drop',
      'cluster.work→report',
    ])
  })

  it('to what is inside the group are refused', () => {
    const dag = new Dag('inside')
    const load = dag.taskGroup('load')
    const a = load.taskGroup('deep').empty('a')
    load.before(a)
    load.after(load)
    expect(problemsOf(dag)).toEqual([
      'bad-group: an edge joins group load and load.deep.a, which is in it',
      'bad-group: group load waits for itself',
    ])
  })

  it('of another DAG are refused by name', () => {
    const dag = new Dag('here')
    dag.empty('a').after(new Dag('there').taskGroup('load'))
    expect(problemsOf(dag)).toEqual(['unknown-upstream: a refers to load, a task of DAG "there"'])
  })
})
