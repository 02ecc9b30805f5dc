/** What the machine says for features beyond plain tasks: calls, retriers, Maps and what they count, failure modes. */
import { describe, expect, it } from 'vitest'
import type { MappingDefinition } from '../../dag-compiler/index.ts'
import { drawing } from './support/drawing.ts'
import { evaluate } from './support/evaluate.ts'
import { emitted, graphOf, type Traits } from './support/graphs.ts'
import { aslFaults, textFaults } from './support/statically-valid.ts'

const over = (...ids: string[]): MappingDefinition => ({
  kind: 'expand',
  over: Object.fromEntries(ids.map((ref) => [ref, { ref }])),
})
const literal = (...lengths: number[]): MappingDefinition => ({
  kind: 'expand',
  over: Object.fromEntries(lengths.map((length, i) => [`x${i}`, { value: Array.from({ length }, (_, j) => j) }])),
})
const inGroup: Traits = { group: 'g' }
const group = (mapping: MappingDefinition) => ({ groups: [{ groupId: 'g', parent: null, tooltip: null, mapping }] })
const payload = (state: unknown) => (state as { Arguments: { Payload: Record<string, unknown> } }).Arguments.Payload
const retriers = (state: unknown) => (state as { Retry: { ErrorEquals: string[]; MaxAttempts: number }[] }).Retry

const reads = { pokeInterval: 60, timeout: 3600, softFail: false, maxPokeInterval: null } as const
const sensor = (more: object = {}): Traits => ({
  operator: 'sensor',
  options: { ...reads, kind: 'sensor', backoff: 1, mode: 'reschedule', ...more } as never,
})
const person = (responseTimeout: number | null): Traits => ({
  operator: 'human_input',
  options: {
    kind: 'human_input',
    subject: null,
    body: null,
    options: ['yes', 'no'],
    defaults: null,
    multiple: false,
    assignees: [],
    responseTimeout,
    onReject: null,
  },
})

describe('every machine is one that Step Functions accepts', () => {
  const graphs = {
    'a mapped task': graphOf('a>x x>b', { x: { mapping: over('a') } }),
    'a mapped task that must be asked': graphOf('a>x x>b', {
      x: { mapping: over('a'), spec: { triggerRule: 'all_done' } },
    }),
    'a product of two lengths': graphOf('a>x c>x x>b', { x: { mapping: over('a', 'c') } }),
    'a mapped task before a gate': graphOf('a>c a>d b>d', { a: { mapping: literal(3) } }),
    'a distributed Map': graphOf('a>x x>b', { x: { mapping: over('a'), spec: { maxActiveTisPerDagrun: 100 } } }),
    'a group with a gate inside': graphOf(
      'a>m1 a>m2 m1>m3 m1>m4 m2>m4 m4>z',
      { m1: inGroup, m2: inGroup, m3: inGroup, m4: inGroup },
      group(over('a')),
    ),
    'a sensor with backoff': graphOf('s>b', { s: sensor({ backoff: 2, maxPokeInterval: 600 }) }),
    'a wait for a person': graphOf('s>b', { s: person(100) }),
    drain: graphOf('a>c a>d b>d', {}, { onFailure: 'drain' }),
    failFast: graphOf('a>c a>d b>d x>c', { x: { mapping: literal(3) } }, { onFailure: 'failFast' }),
    'an early gate behind a Map': graphOf('a>e b>e', {
      a: { mapping: literal(2) },
      e: { spec: { triggerRule: 'one_success' } },
    }),
  }
  it.each(Object.entries(graphs))('%s', (_, graph) => {
    const { definitionText } = emitted(graph)
    expect([...aslFaults(definitionText), ...textFaults(definitionText)]).toEqual([])
  })
})

describe('the last task ends the run', () => {
  it('is called with do: end, and the finalizer follows only a failure', () => {
    const { states, numbers } = emitted(graphOf('a>b'))
    expect(payload(states.get('b')).do).toBe('end')
    expect(states.get('b')).toMatchObject({ End: true })
    expect(states.get('b')?.Catch).toEqual([
      { ErrorEquals: ['DagRunFailed'], Output: '{% $states.input %}', Next: 'finalize' },
      { ErrorEquals: ['States.ALL'], Output: "{% $merge([$states.input,{'b':'failed'}]) %}", Next: 'finalize' },
    ])
    expect(numbers).toMatchObject({ transitions: 2, events: 12 })
  })

  it('does not try the verdict again', () => {
    const last = retriers(emitted(graphOf('a', { a: { spec: { retries: 2 } } })).states.get('a'))
    const first = last.find(({ ErrorEquals }) =>
      ErrorEquals.some((name) => ['DagRunFailed', 'States.ALL'].includes(name)),
    )
    expect(first).toMatchObject({ MaxAttempts: 0 })
  })

  it.each([
    ['a Parallel', graphOf('a b')],
    ['a sensor', graphOf('a>b', { b: sensor() })],
    ['a wait', graphOf('a>b', { b: person(null) })],
    ['a mapped task', graphOf('a>b', { b: { mapping: over('a') } })],
    ['a DAG that fails fast', graphOf('a>b', {}, { onFailure: 'failFast' })],
  ])('%s ends with the finalizer', (_, graph) => {
    const { definitionText } = emitted(graph)
    expect(definitionText).not.toContain('"do":"end"')
    expect(definitionText).toContain('"Next":"finalize"')
  })
})

/** Evaluates one expression of a Map as Step Functions does. */
async function mapOf(graph: ReturnType<typeof graphOf>, id: string, input: unknown, result: unknown = []) {
  const map = emitted(graph).states.get(id)!
  const states = { input, result, context: {} }
  return { items: await evaluate(map.Items, states), output: await evaluate(map.Output, states) }
}

describe('trap 13: how many iterations a Map has, and how they ended', () => {
  const simple = graphOf('a>x x>b', { x: { mapping: over('a') } })
  const asked = graphOf('a>x x>b', { x: { mapping: over('a'), spec: { triggerRule: 'none_failed' } } })

  it.each([
    [3, [0, 1, 2]],
    [1, [0]],
    [0, []],
  ])('%i elements are as many iterations', async (n, items) => {
    expect((await mapOf(simple, 'x', { a: { s: 'success', n } })).items).toEqual(items)
    expect((await mapOf(asked, 'x', { a: 'success', x: { s: 'success', n } })).items).toEqual(items)
  })

  it.each(['failed', 'upstream_failed', 'skipped'] as const)('a producer that is %s gives none', async (status) => {
    const { items, output } = await mapOf(simple, 'x', { a: status })
    expect(items).toEqual([])
    expect(output).toEqual({ a: status, x: status === 'skipped' ? 'skipped' : 'upstream_failed' })
  })

  it.each([
    [['s', 's', 's'], { s: 'success', c: [3, 0, 0, 0] }],
    [['k', 's', 'k'], { s: 'success', c: [1, 2, 0, 0] }],
    [['s', 'f', 'k'], { s: 'failed', c: [1, 1, 1, 0] }],
    [['u', 'k', 'u'], { s: 'upstream_failed', c: [0, 1, 0, 2] }],
    [['k', 'k', 'k'], { s: 'skipped', c: [0, 3, 0, 0] }],
  ])('letters %j are the entry %j', async (letters, entry) => {
    const input = { a: { s: 'success', n: 3 } }
    expect((await mapOf(simple, 'x', input, letters)).output).toEqual({ ...input, x: entry })
  })

  it('one iteration is still a list', async () => {
    const { output } = await mapOf(simple, 'x', { a: { s: 'success', n: 1 } }, ['s'])
    expect(output).toMatchObject({ x: { s: 'success', c: [1, 0, 0, 0] } })
  })

  it('an iteration that ended without a letter failed', async () => {
    const { output } = await mapOf(simple, 'x', { a: { s: 'success', n: 2 } }, ['s', null])
    expect(output).toMatchObject({ x: { s: 'failed', c: [1, 0, 1, 0] } })
  })

  it('an empty list is a skipped task', async () => {
    expect((await mapOf(simple, 'x', { a: { s: 'success', n: 0 } })).output).toMatchObject({ x: 'skipped' })
  })

  it('what the expand call answered stands when there is nothing to do', async () => {
    const input = { a: 'failed', x: { s: 'upstream_failed', n: 0 } }
    expect((await mapOf(asked, 'x', input)).output).toMatchObject({ x: 'upstream_failed' })
  })

  it('two lengths multiply, and the limit holds for the product', async () => {
    const graph = graphOf('a>x c>x x>b', { x: { mapping: over('a', 'c') } }, { maxMapLength: 10 })
    const lengths = (a: number, c: number) => ({ a: { s: 'success', n: a }, c: { s: 'success', n: c } })
    expect((await mapOf(graph, 'x', lengths(2, 3))).items).toEqual([0, 1, 2, 3, 4, 5])
    await expect(mapOf(graph, 'x', lengths(4, 3))).rejects.toMatchObject({ message: /more than 10 instances/ })
  })

  it('a producer some frames out is found there', async () => {
    const graph = graphOf('a>x a>y x>z y>z', { x: { mapping: over('a') } })
    expect((await mapOf(graph, 'x', { '^': { a: { s: 'success', n: 2 } } })).items).toEqual([0, 1])
  })

  it('literals need no producer', async () => {
    const graph = graphOf('x>b', { x: { mapping: literal(3, 2) } })
    expect((await mapOf(graph, 'x', {})).items).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('each member of a group has counts of its own', async () => {
    const graph = graphOf('a>m1 m1>m2 m2>z', { m1: inGroup, m2: inGroup }, group(over('a')))
    const { output } = await mapOf(graph, 'g', { a: { s: 'success', n: 3 } }, ['ss', 'sf', 'fu'])
    expect(output).toMatchObject({ m1: { s: 'failed', c: [2, 0, 1, 0] }, m2: { s: 'failed', c: [1, 0, 1, 1] } })
  })

  it('an iteration hands over one letter per member', async () => {
    const graph = graphOf('a>m1 m1>m2 m2>z', { m1: inGroup, m2: inGroup }, group(over('a')))
    const input = { '^i': 1, '^': {}, m1: { s: 'success', v: {} } }
    const last = emitted(graph).states.get('m2')!
    expect(await evaluate(last.Output, { input, result: { Payload: { s: 'skipped' } } })).toBe('sk')
  })
})

describe('a mapped task is asked first where lengths in the data do not say it', () => {
  it.each([
    ['another rule', { spec: { triggerRule: 'all_done' } }, 'expand:x'],
    ['a candidate', { isCandidate: true }, 'expand:x'],
    ['setups', { setups: ['a'] }, 'expand:x'],
    ['kwargs that are made up', { mapping: { kind: 'kwargs', over: { concat: [{ ref: 'a' }] } } }, 'expand:x'],
    ['nothing of that kind', {}, 'x'],
  ] as const)('%s', (_, traits, name) => {
    const { states } = emitted(graphOf('a>x x>b', { x: { mapping: over('a'), ...(traits as Traits) } }))
    expect(states.get('a')).toMatchObject({ Next: name })
    expect(states.has('expand:x')).toBe(name === 'expand:x')
  })

  it('the runtime is told which producers must say their lengths', () => {
    const wired = (traits: Traits) =>
      emitted(graphOf('a>x', { x: { mapping: over('a'), ...traits } })).wiring.tasks.x!.mapped
    expect(wired({})).toEqual({ maxLength: 1024, over: ['a'], byLength: true })
    expect(wired({ isCandidate: true })).toEqual({ maxLength: 1024, over: ['a'] })
  })
})

describe('a Map', () => {
  it('gives an iteration its index and what is known so far', () => {
    const { states } = emitted(graphOf('a>x x>b', { x: { mapping: over('a') } }))
    expect(states.get('x')?.ItemSelector).toEqual({
      '^': '{% $states.input %}',
      '^i': '{% $states.context.Map.Item.Value %}',
    })
    expect(payload(states.get('x[]'))).toMatchObject({ task: 'x', i: "{% $states.input.'^i' %}" })
  })

  it('is inline up to 40 at a time and Distributed above', () => {
    const modeOf = (maxActiveTisPerDagrun: number) => {
      const { states } = emitted(graphOf('a>x x>b', { x: { mapping: over('a'), spec: { maxActiveTisPerDagrun } } }))
      return states.get('x')!.ItemProcessor as { ProcessorConfig: { Mode: string } }
    }
    expect(modeOf(40).ProcessorConfig.Mode).toBe('INLINE')
    expect(modeOf(41).ProcessorConfig.Mode).toBe('DISTRIBUTED')
  })

  it('is Distributed when its longest history would not fit', () => {
    const { numbers } = emitted(graphOf('a>x x>b', { x: { mapping: over('a'), spec: { retries: 10 } } }))
    expect(numbers.maps).toEqual([{ id: 'x', transitionsEach: 1, eventsEach: 7, isDistributed: true }])
  })

  it('whose iterations are executions of their own tells them the root execution', () => {
    const { states } = emitted(graphOf('a>x x>b', { x: { mapping: over('a'), spec: { maxActiveTisPerDagrun: 100 } } }))
    expect(states.get('x')?.ItemSelector).toMatchObject({ '^x': '{% $states.context.Execution.Name %}' })
    expect(payload(states.get('x[]')).x).toBe("{% $states.context.Execution.Input.'^x' %}")
  })

  it('that a gate waits for speaks for its task when it is over', () => {
    const { states, plan } = emitted(graphOf('a>c a>d b>d', { a: { mapping: literal(3) } }))
    expect(drawing(plan)).toBe('∥{a[]→c ; b→⟨d←a⟩d}')
    expect(states.get('a')).toMatchObject({ Next: 'arrive:a' })
    expect(payload(states.get('arrive:a')).st).toEqual({ a: "{% $states.input.'a' %}" })
    expect(states.get('arrive:a')).toMatchObject({ Next: 'c' })
  })

  it('that an early gate waits for lets a failing instance speak for itself', () => {
    const { states } = emitted(
      graphOf('a>e b>e', { a: { mapping: literal(2) }, e: { spec: { triggerRule: 'one_failed' } } }),
    )
    expect(payload(states.get('arrive:a[]'))).toMatchObject({ st: { a: 'failed' }, i: "{% $states.input.'^i' %}" })
  })
})

describe('a mapped group', () => {
  const members = { m1: inGroup, m2: inGroup, m3: inGroup, m4: inGroup }

  it('is one item of the plan with a plan of its own', () => {
    const { plan } = emitted(graphOf('a>m1 m1>m2 m1>m3 m2>m4 m3>m4 m4>z', members, group(over('a'))))
    expect(drawing(plan)).toBe('a→g[m1→∥{m2 ; m3}→m4]→z')
  })

  it('keeps the index through Parallels and in the names of its gates', () => {
    const waiting = { ...members, m4: { ...inGroup, ...sensor() } }
    const { states, wiring } = emitted(graphOf('a>m1 a>m2 m1>m3 m1>m4 m2>m4 m4>z', waiting, group(over('a'))))
    expect(states.get('par:1')?.Arguments).toEqual({ '^': '{% $states.input %}', '^i': "{% $states.input.'^i' %}" })
    expect(states.get('gate:m4')?.Arguments).toMatchObject({
      Key: { sk: { S: "{% 'm4#' & $string($states.input.'^i') %}" } },
    })
    expect(wiring.gates.m4).toEqual({ need: ['m1'], mappedGroup: 'g' })
  })

  it('is waited for as a whole, by the last of its members', () => {
    const { plan, wiring, states } = emitted(
      graphOf('a>m1 m1>m2 m2>c m2>d b>d', { m1: inGroup, m2: inGroup }, group(literal(2))),
    )
    expect(drawing(plan)).toContain('⟨d←g⟩')
    expect(wiring.gates.d).toEqual({ need: ['m2'] })
    expect(payload(states.get('arrive:g')).st).toEqual({ m2: "{% $states.input.'m2' %}" })
  })

  it('stops a jump: a member may have nothing to do with the task that failed', () => {
    const { states } = emitted(graphOf('a>b b>m1 m2 m1>z', { m1: inGroup, m2: inGroup }, group(literal(2))))
    const { Next } = (states.get('a')!.Catch as { Next: string }[])[0]!
    expect(Next).toBe('g')
  })

  it('is named to the runtime with its members', () => {
    const { wiring } = emitted(graphOf('a>m1 m1>m2', { m1: inGroup, m2: inGroup }, group(over('a'))))
    expect(wiring.groups).toEqual({
      g: { mapped: { maxLength: 1024, over: ['a'], byLength: true }, members: ['m1', 'm2'] },
    })
    expect(wiring.tasks.m2).toMatchObject({ mappedGroup: 'g', upstreams: ['m1'] })
  })
})

describe('trap 14: sensors', () => {
  it('ask again before any other error is looked at, as often as the timeout allows', () => {
    const [first, ...others] = retriers(emitted(graphOf('s>b', { s: sensor() })).states.get('s'))
    expect(first).toEqual({
      ErrorEquals: ['SensorNotReady'],
      IntervalSeconds: 60,
      MaxAttempts: 70,
      BackoffRate: 1,
    })
    expect(others.flatMap(({ ErrorEquals }) => ErrorEquals)).not.toContain('SensorNotReady')
  })

  it('with backoff ask less often, up to the longest interval', () => {
    const [first] = retriers(
      emitted(graphOf('s>b', { s: sensor({ backoff: 2, maxPokeInterval: 600 }) })).states.get('s'),
    )
    // 60 + 120 + 240 + 480 s, then every 600 s.
    expect(first).toMatchObject({ BackoffRate: 2, MaxDelaySeconds: 600, MaxAttempts: 4 + 5 + 10 })
  })

  it('end for good when their timeout is over, whatever tries are left', () => {
    const { states } = emitted(graphOf('s>b', { s: { ...sensor(), spec: { retries: 3 } } }))
    const final = retriers(states.get('s')).find(({ ErrorEquals }) => ErrorEquals.includes('SensorTimeout'))
    expect(final).toMatchObject({ MaxAttempts: 0 })
  })

  it('that loop inside one invocation are plain calls', () => {
    const { plan, states } = emitted(graphOf('s>b', { s: sensor({ mode: 'poke' }) }))
    expect(plan).toMatchObject({ items: [{ exec: 'lambda' }, {}] })
    expect(retriers(states.get('s')).flatMap(({ ErrorEquals }) => ErrorEquals)).not.toContain('SensorNotReady')
  })

  it('count every poke in the longest history', () => {
    const { numbers } = emitted(graphOf('s>b', { s: sensor({ timeout: 604_800 }) }))
    expect(numbers.worstCaseEvents).toBeGreaterThan(3 * 10_080)
    expect(numbers.events).toBe(12)
  })
})

describe('a wait for an answer from outside', () => {
  const { states } = emitted(graphOf('s>b', { s: { ...person(100), spec: { retries: 1 } } }))

  it('hands its token to the call and waits a minute longer than the wrapper', () => {
    expect(states.get('s')).toMatchObject({
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      TimeoutSeconds: 160,
      Output: "{% $merge([$states.input,{'s':$states.result.s}]) %}",
    })
    expect(payload(states.get('s')).token).toBe('{% $states.context.Task.Token %}')
  })

  it('calls again when nothing came, before a retry of the author can', () => {
    expect(retriers(states.get('s'))[0]).toMatchObject({
      ErrorEquals: ['States.Timeout', 'States.HeartbeatTimeout'],
      MaxAttempts: 4,
    })
  })

  it('without a limit waits as long as the run may last', () => {
    const open = emitted(graphOf('s>b', { s: person(null) }, { dagrunTimeout: 7200 }))
    expect(open.states.get('s')).toMatchObject({ TimeoutSeconds: 7260 })
  })

  it('with a heartbeat ends when it stops', () => {
    const beats: Traits = { operator: 'deferrable', options: { kind: 'deferrable', timeout: 600, heartbeat: 30 } }
    expect(emitted(graphOf('s>b', { s: beats })).states.get('s')).toMatchObject({
      TimeoutSeconds: 660,
      HeartbeatSeconds: 30,
    })
  })
})

describe('a task with a gate', () => {
  const n = 'a>c a>d b>d'

  it('holds it in its own state, which hands token and gate to the call', () => {
    const { states } = emitted(graphOf(n))
    expect([...states.keys()]).not.toContain('gate:d')
    expect(states.get('d')).toMatchObject({
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Output: expect.stringContaining("{'d':$states.result.s}"),
    })
    expect(payload(states.get('d'))).toMatchObject({ token: '{% $states.context.Task.Token %}', gate: true, task: 'd' })
    expect(payload(states.get('c'))).not.toHaveProperty('gate')
  })

  it('asks again after an hour, before any retry of the author counts', () => {
    const { states } = emitted(graphOf(n, { d: { spec: { retries: 2 } } }, { dagrunTimeout: 7200 }))
    expect(states.get('d')).toMatchObject({ TimeoutSeconds: 3600 })
    expect(retriers(states.get('d'))[0]).toMatchObject({ ErrorEquals: ['States.Timeout'], MaxAttempts: 3 })
    expect(retriers(states.get('d')).at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], MaxAttempts: 2 })
  })

  it.each([
    ['a sensor', sensor()],
    ['a person', person(60)],
    ['a mapped task', { mapping: literal(2) }],
  ] as const)('but %s leaves the gate to a state before it', (_, traits) => {
    const { states } = emitted(graphOf(n, { d: traits }))
    expect([...states.keys()]).toContain('gate:d')
    expect(payload(states.get(traits.mapping ? 'd[]' : 'd'))).not.toHaveProperty('gate')
  })

  it('in a mapped group names its gate by the index, which the call carries', () => {
    const members = { m1: inGroup, m2: inGroup, m3: inGroup, m4: inGroup }
    const { states } = emitted(graphOf('a>m1 a>m2 m1>m3 m1>m4 m2>m4 m4>z', members, group(over('a'))))
    expect(payload(states.get('m4'))).toMatchObject({ gate: true, i: "{% $states.input.'^i' %}" })
  })
})

describe('failure modes', () => {
  it('failFast catches nothing but open gates', () => {
    const { states } = emitted(graphOf('a>c a>d b>d b>e', { d: sensor() }, { onFailure: 'failFast' }))
    const catching = [...states].filter(([, { Catch }]) => Catch).map(([name]) => name)
    expect(catching).toEqual(['gate:d'])
    expect([...states.keys()].filter((name) => /^(arrive|end):/.test(name))).toEqual([])
  })

  it('failFast with teardowns reports failures, so that the teardowns run', () => {
    const teardown: Traits = { teardown: { setups: ['s'], onFailureFailDagrun: false } }
    const { states, wiring } = emitted(graphOf('s>a a>t s>t', { t: teardown }, { onFailure: 'failFast' }))
    expect(payload(states.get('arrive:a'))).toMatchObject({ st: { a: 'failed' } })
    expect(wiring.onFailure).toBe('failFast')
  })

  it('drain tells the finalizer of every failure', () => {
    const { states } = emitted(graphOf('a>b b>c', {}, { onFailure: 'drain' }))
    for (const task of ['a', 'b', 'c']) expect(payload(states.get(`arrive:${task}`)).st).toEqual({ [task]: 'failed' })
  })

  it('drain tells it of a mapped task that could not be expanded, too', () => {
    const { states, definitionText } = emitted(graphOf('a>x b', { x: { mapping: over('a') } }, { onFailure: 'drain' }))
    expect(states.get('x')?.Catch).toMatchObject([{ Next: 'arrive:x:failed' }])
    expect(payload(states.get('arrive:x:failed'))).toMatchObject({ st: { x: 'failed' } })
    expect(aslFaults(definitionText)).toEqual([])
  })

  it('failFast tells what waits how often the execution was redriven, so that it waits anew', () => {
    const { states } = emitted(graphOf('s>b', { s: sensor() }, { onFailure: 'failFast' }))
    expect(payload(states.get('s')).redrive).toContain('RedriveCount')
    expect(payload(emitted(graphOf('s>b', { s: sensor() })).states.get('s'))).not.toHaveProperty('redrive')
  })

  it('isolate tells it only what somebody must hear', () => {
    const { states } = emitted(graphOf('a>c a>d b>d'))
    expect([states.has('arrive:a'), states.has('arrive:c')]).toEqual([true, false])
  })
})

describe('retries', () => {
  const spec = { retries: 4, retryDelay: 10 }
  const of = (more: object) => retriers(emitted(graphOf('a>b', { a: { spec: { ...spec, ...more } } })).states.get('a'))

  it('with jitter leave the delay to chance', () => {
    expect(of({ retryJitter: 'full' }).at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' })
  })

  it('never happen for errors that the policy fails or skips', () => {
    const retryPolicy = [
      { error: 'BadInput', action: 'fail', delay: null },
      { error: 'Empty', action: 'skip', delay: null },
    ]
    expect(of({ retryPolicy }).at(-2)).toMatchObject({ ErrorEquals: ['FailTask', 'BadInput', 'Empty'], MaxAttempts: 0 })
  })

  it('have the delay that the policy gives an error', () => {
    const retryPolicy = [{ error: 'Throttled', action: 'retry', delay: 120 }]
    expect(of({ retryPolicy }).at(-2)).toMatchObject({
      ErrorEquals: ['Throttled'],
      IntervalSeconds: 120,
      MaxAttempts: 4,
    })
  })

  it('have the delays of patterns, and of what stands behind one, under names that the wrapper gives', () => {
    const retryPolicy = [
      { error: 'Slow', action: 'retry', delay: 5 },
      { error: '*429*', action: 'retry', delay: 90 },
      { error: 'Later', action: 'retry', delay: 7 },
    ]
    expect(of({ retryPolicy }).slice(-4)).toMatchObject([
      { ErrorEquals: ['Slow'], IntervalSeconds: 5 },
      { ErrorEquals: ['RetryRule.2'], IntervalSeconds: 90 },
      { ErrorEquals: ['RetryRule.3'], IntervalSeconds: 7 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 10 },
    ])
  })

  it('leave to the wrapper what stands behind a pattern', () => {
    const retryPolicy = [
      { error: '*timeout*', action: 'retry', delay: null },
      { error: 'SocketTimeout', action: 'fail', delay: null },
    ]
    expect(of({ retryPolicy }).flatMap(({ ErrorEquals }) => ErrorEquals)).not.toContain('SocketTimeout')
  })
})

describe('setups, teardowns and deciders', () => {
  const teardown: Traits = { teardown: { setups: ['s'], onFailureFailDagrun: false } }

  it('a teardown counts its setups, and leaves are what only teardowns follow', () => {
    const { wiring } = emitted(graphOf('s>a a>t s>t', { t: teardown, a: { setups: ['s'] } }))
    expect(wiring.tasks.t).toMatchObject({ triggerRule: 'all_done_setup_success', teardownOf: ['s'] })
    expect(wiring.tasks.a).toMatchObject({ setups: ['s'] })
    expect(wiring.leaves).toEqual(['a'])
  })

  it('a teardown that fails the run is a leaf', () => {
    const counting: Traits = { teardown: { setups: ['s'], onFailureFailDagrun: true } }
    expect(emitted(graphOf('s>a a>t s>t', { t: counting })).wiring.leaves).toEqual(['t'])
  })

  it('a DAG of nothing but teardowns is judged by its ends', () => {
    const alone: Traits = { teardown: { setups: [], onFailureFailDagrun: false } }
    expect(emitted(graphOf('t', { t: alone })).wiring.leaves).toEqual(['t'])
  })

  it.each([
    ['a candidate', { isCandidate: true }],
    ['a task with setups', { setups: ['a'] }],
    ['a teardown', { teardown: { setups: ['a'], onFailureFailDagrun: false } }],
  ] as const)('a failure does not jump over %s', (_, traits) => {
    const { states } = emitted(graphOf('a>b b>c', { b: traits as Traits }))
    expect((states.get('a')!.Catch as { Next: string }[])[0]).toMatchObject({ Next: 'b' })
  })

  it('an early gate waits for the setups of its task, which its rule does not count', () => {
    const { wiring } = emitted(
      graphOf('s>x a>e b>e x>a', { e: { setups: ['s'], spec: { triggerRule: 'one_success' } } }),
    )
    expect(wiring.gates.e).toEqual({ need: ['a', 'b', 's'], rule: 'one_success', must: [2] })
    expect(wiring.tasks.s?.feeds).toEqual(['e'])
  })

  it('a decider names its options and what they keep', () => {
    const decisions = [
      {
        decider: 'a',
        kind: 'if' as const,
        options: ['b', 'c'],
        candidates: [
          { task: 'b', keptBy: ['b'] },
          { task: 'c', keptBy: ['c'] },
        ],
      },
    ]
    const { wiring } = emitted(
      graphOf('a>b a>c', { b: { isCandidate: true }, c: { isCandidate: true } }, { decisions }),
    )
    expect(wiring.tasks.a?.decision).toEqual({ kind: 'if', options: ['b', 'c'], candidates: { b: ['b'], c: ['c'] } })
  })
})
