import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../dag-compiler/2-graph/build-graph.ts'
import { Dag } from '../../dag-compiler/define.ts'
import { definitionOf, edgesOf, graphOf, problemsOf, sha256 } from './definitions.ts'

/** `ab` is an edge from a to b. */
function draw(tasks: string, ...edges: readonly string[]): Dag {
  const dag = new Dag('graph')
  const refs = new Map([...tasks].map((id) => [id, dag.empty(id)]))
  for (const [from = '', to = ''] of edges) refs.get(from)!.before(refs.get(to)!)
  return dag
}

describe('the graph', () => {
  it('orders tasks by their edges, and as the file does where the edges leave it open', () => {
    const { tasks } = graphOf(draw('dcba', 'ad', 'cb'))
    expect(tasks.map(({ taskId }) => taskId)).toEqual(['c', 'b', 'a', 'd'])
  })

  it('lists redundant edges, sorted by both ends, and every task’s neighbours in topological order', () => {
    const dag = draw('cab', 'ab', 'bc', 'ac')
    expect(edgesOf(dag)).toEqual(['a→b', 'a→c', 'b→c'])
    const c = graphOf(dag).tasks.find(({ taskId }) => taskId === 'c')
    expect(c?.upstreams).toEqual(['a', 'b'])
    expect(graphOf(dag).tasks[0]?.downstreams).toEqual(['b', 'c'])
  })

  it('shortens keys above 60 characters with a hash and keeps the others', () => {
    const dag = new Dag('keys')
    const long = 'x'.repeat(61)
    dag.empty('y'.repeat(60))
    dag.empty(long)
    const keys = graphOf(dag).tasks.map(({ key }) => key)
    expect(keys).toEqual(['y'.repeat(60), `${'x'.repeat(47)}-${sha256(long).slice(0, 12)}`])
  })

  it('never cuts a letter in two', () => {
    const dag = new Dag('keys')
    dag.empty(`${'x'.repeat(46)}${'\u{20000}'.repeat(10)}`)
    expect(graphOf(dag).tasks[0]?.key).toMatch(/^x{46}-[0-9a-f]{12}$/)
  })

  it('stays fast on a chain of 10,000 tasks', () => {
    const dag = new Dag('long')
    let last = dag.empty('t0')
    for (let index = 1; index < 10_000; index++) {
      const next = dag.empty(`t${index}`)
      last.before(next)
      last = next
    }
    expect(graphOf(dag).tasks.at(-1)?.taskId).toBe('t9999')
  })
})

describe('a definition that the authoring API did not make', () => {
  it('is told which ends of its edges do not exist', () => {
    const definition = definitionOf(draw('ab', 'ab'))
    const edges = [...definition.edges, ['a', 'c'], ['load', 'b']] as const
    const { graph, problems } = buildGraph({ ...definition, edges }, { sha256 })
    expect(graph).toBeNull()
    expect(problems.map(({ what }) => what)).toEqual([
      'a refers to c, which is not a placed task',
      'b refers to load, which is not a placed task',
    ])
  })

  it('has an edge for every reference in the arguments of a service', () => {
    const definition = definitionOf(draw('ab'))
    const [a, b] = definition.tasks
    const args = { object: { Text: { text: ['for ', { ref: 'a', path: ['day'] }] } } } as const
    const call = { kind: 'service', name: 'snsPublish', resource: 'sns:publish', pattern: 'request_response' } as const
    const options = { ...call, args, heartbeat: null, isIdempotent: false, iam: [] }
    const tasks = [a!, { ...b!, operator: 'service' as const, options }]
    const { graph } = buildGraph({ ...definition, tasks }, { sha256 })
    expect(graph?.edges).toEqual([['a', 'b']])
  })
})

describe('cycles', () => {
  it('are reported once each, by a shortest path, tasks before and behind left out', () => {
    const dag = draw('abcdefgh', 'ab', 'bc', 'cd', 'db', 'cb', 'de', 'fg', 'gf', 'gh')
    expect(problemsOf(dag)).toEqual(['cycle: b → c → b wait for each other', 'cycle: f → g → f wait for each other'])
  })

  it('of one task are self edges', () => {
    expect(problemsOf(draw('ab', 'aa', 'ab'))).toEqual(['self-edge: a waits for itself'])
  })
})

describe('all problems of a DAG', () => {
  it('are reported together, sorted by code and task', () => {
    const dag = new Dag('many', { schedule: '61 * * * *', timezone: 'Nowhere' })
    const [a, b] = [dag.empty('a'), dag.empty('b')]
    a.before(b).after(b)
    dag.task('z', async () => 1)
    dag.task('y', async () => 1)
    dag.empty('a')
    expect(problemsOf(dag).map((problem) => problem.split(':')[0])).toEqual([
      'bad-cron',
      'bad-timezone',
      'cycle',
      'duplicate-id',
      'uncalled-task',
      'uncalled-task',
    ])
  })
})
