import { describe, expect, it } from 'vitest'
import { chain, Dag } from '../../dag-compiler/define.ts'
import { edgesOf, graphOf, problemsOf } from './definitions.ts'

const taskOf = (dag: Dag, id: string) => graphOf(dag).tasks.find(({ taskId }) => taskId === id)

describe('a teardown', () => {
  it('comes after its setups, has a rule of its own, and makes them setups', () => {
    const dag = new Dag('cluster')
    const [create, disk, work, drop] = [dag.empty('create'), dag.empty('disk'), dag.empty('work'), dag.empty('drop')]
    chain([create, disk], work, drop)
    drop.asTeardown({ setups: [create, disk], onFailureFailDagrun: true })
    expect(edgesOf(dag)).toEqual(['create→work', 'create→drop', 'disk→work', 'disk→drop', 'work→drop'])
    expect(taskOf(dag, 'drop')).toMatchObject({
      spec: { triggerRule: 'all_done_setup_success' },
      teardown: { setups: ['create', 'disk'], onFailureFailDagrun: true },
    })
    expect(taskOf(dag, 'create')?.isSetup).toBe(true)
  })

  it('without a setup directly before it waits for everything, and a warning says so', () => {
    const dag = new Dag('cluster')
    const [work, drop] = [dag.empty('work'), dag.empty('drop')]
    drop.after(work).asTeardown()
    expect(taskOf(dag, 'drop')).toMatchObject({ spec: { triggerRule: 'all_done' }, teardown: { setups: [] } })
    expect(problemsOf(dag)).toEqual([
      'teardown-without-setup: drop is a teardown, but no setup comes directly before it',
    ])
  })

  it('cannot choose a rule, be a setup too, or name a group as its setup', () => {
    const dag = new Dag('cluster')
    const group = dag.taskGroup('group')
    group.empty('a')
    dag
      .task('rule', async () => 1, { triggerRule: 'none_failed' })()
      .asTeardown({ setups: dag.empty('s').asSetup() })
    dag.empty('both').asSetup().after(dag.empty('t').asSetup()).asTeardown()
    dag.empty('grouped').asTeardown({ setups: group as never })
    expect(problemsOf(dag)).toEqual([
      'bad-teardown: both is both a setup and a teardown',
      'bad-teardown: grouped names the group group as its setup',
      'bad-teardown: rule is a teardown and has the rule none_failed',
      'teardown-without-setup: grouped is a teardown, but no setup comes directly before it',
    ])
  })
})

describe('the setups of a task', () => {
  it('are those upstream of it whose teardown is downstream of it', () => {
    const dag = new Dag('between')
    const [s, x, y, t, z] = [dag.empty('s'), dag.empty('x'), dag.empty('y'), dag.empty('t'), dag.empty('z')]
    chain(s.asSetup(), x, t.asTeardown({ setups: s }), z)
    y.after(x)
    expect(graphOf(dag).tasks.map(({ taskId, setups }) => [taskId, setups])).toEqual([
      ['s', undefined],
      ['x', ['s']],
      ['y', undefined],
      ['t', undefined],
      ['z', undefined],
    ])
  })

  it('are all upstream ones that have no teardown, however far, later setups included', () => {
    const dag = new Dag('forever')
    const [s, r, x] = [dag.empty('s').asSetup(), dag.empty('r').asSetup(), dag.empty('x')]
    chain(s, r, dag.empty('m'), x)
    expect(taskOf(dag, 'x')?.setups).toEqual(['s', 'r'])
    expect(taskOf(dag, 'r')?.setups).toEqual(['s'])
  })
})
