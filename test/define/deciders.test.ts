import { describe, expect, it } from 'vitest'
import { approval, chain, Dag, type End } from '../../dag-compiler/define.ts'
import { definitionOf, edgesOf, graphOf, problemsOf } from './definitions.ts'

function scene() {
  const dag = new Dag('decide')
  const decider = dag.task('decider', async () => true)()
  const [a, b, c] = [dag.empty('a'), dag.empty('b'), dag.empty('c')]
  return { dag, decider, a, b, c }
}

const decisionOf = (dag: Dag) => graphOf(dag).decisions?.[0]
const candidates = (dag: Dag) =>
  graphOf(dag)
    .tasks.filter(({ isCandidate }) => isCandidate)
    .map(({ taskId }) => taskId)

describe('dag.if', () => {
  it('draws edges to both sides and makes them candidates, what joins them not', () => {
    const { dag, decider, a, b, c } = scene()
    dag.if(decider).then(a).else(b)
    c.after(a, b)
    expect(edgesOf(dag)).toEqual(['decider→a', 'decider→b', 'a→c', 'b→c'])
    expect(decisionOf(dag)).toEqual({
      decider: 'decider',
      kind: 'if',
      options: ['a', 'b'],
      candidates: [
        { task: 'a', keptBy: ['a'] },
        { task: 'b', keptBy: ['b'] },
      ],
    })
    expect(candidates(dag)).toEqual(['a', 'b'])
  })

  it('takes a group as a side: its roots are the candidates', () => {
    const { dag, decider } = scene()
    const load = dag.taskGroup('load')
    chain([load.empty('x'), load.empty('y')], load.empty('z'))
    dag.if(decider).then(load)
    expect(decisionOf(dag)).toMatchObject({
      options: ['load'],
      candidates: [
        { task: 'load.x', keptBy: ['load'] },
        { task: 'load.y', keptBy: ['load'] },
      ],
    })
  })

  it('reports sides that are missing, twice there, equal, or no tasks', () => {
    const { dag, decider, a, b } = scene()
    dag.if(decider)
    const again = dag.task('again', async () => true)()
    const sides = dag.if(again).then(a)
    sides.else(b)
    sides.else(a)
    const same = dag.task('same', async () => true)()
    dag.if(same).then(a).else(a)
    const none = dag.task('none', async () => true)()
    dag.if(none).then('a' as unknown as End)
    expect(problemsOf(dag)).toEqual([
      'bad-decider: again has else twice in its if, the second time with a',
      'bad-decider: decider is the condition of an if without then',
      'bad-decider: none is the condition of an if without then',
      'bad-decider: same has a on both sides of its if',
      'unknown-upstream: none refers to "a", which is not a placed task',
    ])
  })

  it('cannot be awaited by accident', async () => {
    const { dag, decider, a } = scene()
    const awaited = (async () => await (dag.if(decider) as unknown as Promise<void>))()
    await expect(awaited).rejects.toMatchObject({ name: 'AuthoringError' })
    const other = new Dag('other')
    const chained = (async () => other.if(other.empty('d')).then(a))()
    await expect(chained).rejects.toMatchObject({ name: 'AuthoringError' })
  })

  it('refuses deciders that are mapped, have no handler, are groups or belong elsewhere', () => {
    const { dag, a, b, c } = scene()
    const many = dag.task('many', async ({ x }: { x: number }) => x > 1).expand({ x: [1, 2] })
    dag.if(many).then(a)
    dag.if(b).then(c)
    const group = dag.taskGroup('group')
    dag.if(group as unknown as typeof a).then(c)
    dag.switch(new Dag('elsewhere').empty('e')).case(c)
    expect(problemsOf(dag)).toEqual([
      'bad-decider: b decides, but runs no handler that could',
      'bad-decider: group is a group, and if takes a task',
      'bad-decider: many decides and is mapped',
      'unknown-upstream: switch refers to e, a task of DAG "elsewhere"',
    ])
  })
})

describe('a decider in a mapped group', () => {
  const grouped = () => {
    const dag = new Dag('inside')
    const files = dag.taskGroup('files')
    files.expand({ n: [1, 2] })
    const check = files.task('check', async () => true)()
    return { dag, check, store: files.empty('store'), after: dag.empty('after') }
  }

  it('decides about tasks of that group only', () => {
    const { dag, check, after } = grouped()
    dag.if(check).then(after)
    expect(problemsOf(dag)).toEqual([
      'bad-decider: files.check decides in each instance of files about after, which is not in that group',
    ])
  })

  it('leaves tasks outside alone when it is a short circuit', () => {
    const { dag, check, store, after } = grouped()
    chain(check, store, after)
    dag.shortCircuit(check)
    expect(candidates(dag)).toEqual(['files.store'])
  })
})

describe('dag.switch', () => {
  it('takes cases one by one and as a list', () => {
    const { dag, decider, a, b, c } = scene()
    dag.switch(decider).case(a).cases([b, c])
    expect(definitionOf(dag).decisions).toEqual([{ kind: 'switch', decider: 'decider', cases: ['a', 'b', 'c'] }])
    expect(candidates(dag)).toEqual(['a', 'b', 'c'])
  })

  it('needs a case, and one decider for it alone', () => {
    const { dag, decider, a } = scene()
    dag.switch(decider)
    const two = dag.task('two', async () => a)()
    dag.switch(two).case(a)
    dag.branch(two)
    expect(problemsOf(dag)).toEqual([
      'bad-decider: decider is the decider of a switch without cases',
      'bad-decider: two decides more than one construct',
    ])
  })
})

describe('dag.branch', () => {
  it('keeps what is downstream of a chosen one', () => {
    const { dag, decider, a, b, c } = scene()
    chain(decider, [a, b], c)
    decider.before(c)
    dag.branch(decider)
    expect(decisionOf(dag)?.candidates).toEqual([
      { task: 'a', keptBy: ['a'] },
      { task: 'b', keptBy: ['b'] },
      { task: 'c', keptBy: ['a', 'b', 'c'] },
    ])
  })

  it('lets a group be chosen that it was drawn before', () => {
    const { dag, decider, a } = scene()
    const load = dag.taskGroup('load')
    load.empty('x')
    decider.before(load, a)
    dag.branch(decider)
    expect(decisionOf(dag)?.options).toEqual(['a', 'load.x', 'load'])
    expect(decisionOf(dag)?.candidates).toContainEqual({ task: 'load.x', keptBy: ['load.x', 'load'] })
  })
})

describe('dag.shortCircuit', () => {
  it.each([
    [undefined, ['a', 'b']],
    [true, ['a']],
  ])('with respectTriggerRules %j may skip %j, and never a teardown', (respectTriggerRules, skipped) => {
    const { dag, decider, a, b, c } = scene()
    chain(decider, a, b, c)
    c.asTeardown({ setups: decider })
    dag.shortCircuit(decider, respectTriggerRules === undefined ? {} : { respectTriggerRules })
    expect(decisionOf(dag)).toMatchObject({ kind: 'short_circuit', options: ['*'] })
    expect(candidates(dag)).toEqual(skipped)
  })
})

describe('operators that skip', () => {
  it('latestOnly decides about its direct downstreams', () => {
    const { dag, a, b } = scene()
    chain(dag.latestOnly('latest'), a, b)
    expect(decisionOf(dag)).toEqual({
      decider: 'latest',
      kind: 'short_circuit',
      options: ['*'],
      candidates: [{ task: 'a', keptBy: ['*'] }],
    })
  })

  it.each([
    ['skip', ['a']],
    ['skipAll', ['a', 'b']],
    ['fail', []],
  ] as const)('approval with onReject %s decides about %j', (onReject, skipped) => {
    const { dag, a, b } = scene()
    chain(dag.task('ask', approval({ subject: 'Go?', onReject }))(), a, b)
    expect(candidates(dag)).toEqual(skipped)
  })

  it('cannot be mapped, unless a rejection only fails', () => {
    const { dag } = scene()
    const subject = ({ n }: { n: number }) => `Ship ${n}?`
    dag.task('ask', approval({ subject })).expand({ n: [1, 2] })
    dag.task('fine', approval({ subject, onReject: 'fail' })).expand({ n: [1, 2] })
    expect(problemsOf(dag)).toEqual(['bad-decider: ask decides and is mapped'])
  })

  it('decide no other construct', () => {
    const { dag, a } = scene()
    dag.if(dag.task('ask', approval({ subject: 'Go?' }))()).then(a)
    expect(problemsOf(dag)).toEqual(['bad-decider: ask decides more than one construct'])
  })
})
