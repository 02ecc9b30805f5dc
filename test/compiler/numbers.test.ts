/** The worked examples of the compiler design (§15): plan, transitions and history, by hand. */
import { describe, expect, it } from 'vitest'
import { compiledFrom, type Specs } from './support/definitions.ts'
import { drawing } from './support/drawing.ts'

const examples = [
  { name: 'the N graph', graph: 'a>c a>d b>d', plan: '∥{a→c ; b→⟨d←a⟩d}', p: 1, g: 1, t: 6, events: 32 },
  { name: 'a diamond', graph: 'a>b a>c b>d c>d', plan: 'a→∥{b ; c}→d', p: 1, g: 0, t: 5, events: 26 },
  {
    name: 'a prime block of nine tasks',
    graph: 'a>d a>e b>e c>e c>f d>x d>y e>y f>y f>z',
    plan: '∥{a→d→x ; b→⟨e←a,c⟩e→⟨y←d,f⟩y ; c→f→z}',
    p: 1,
    g: 2,
    t: 11,
    events: 58,
  },
  { name: 'redundant edges', graph: 'a>b a>c a>d b>c b>d c>d', plan: 'a→b→c→d', p: 0, g: 0, t: 4, events: 22 },
  {
    name: 'redundant edges beside a branch',
    graph: 'a>b a>c a>d b>c b>d c>d a>x x>d',
    plan: 'a→∥{b→c ; x}→d',
    p: 1,
    g: 0,
    t: 6,
    events: 31,
  },
] as const

describe('a run costs tasks + parallels, and one more where no task can end it', () => {
  it.each(examples)('$name is $plan', ({ graph, plan, p, g, t, events }) => {
    const dag = compiledFrom(graph)
    expect(drawing(dag.plan)).toBe(plan)
    expect(dag.numbers).toMatchObject({ parallels: p, gates: g, transitions: t, events })
  })
})

const early = [
  { name: 'a task that need not wait', graph: 'a>e b>e', plan: '∥{a ; b ; ⟨e←a,b, one_success⟩e}', p: 1, g: 1, t: 5 },
  { name: 'one with a single upstream', graph: 'a>e', plan: 'a→e', p: 0, g: 0, t: 2 },
  { name: 'one without upstreams', graph: 'e>a', plan: 'e→a', p: 0, g: 0, t: 2 },
  {
    name: 'one between a diamond and its join',
    graph: 'a>b a>c b>e c>e e>d b>d c>d',
    plan: '∥{a→∥{b ; c} ; ⟨e←b,c, one_success⟩e}→d',
    p: 2,
    g: 1,
    t: 7,
  },
] as const

describe('a gate of an early rule costs no transition either', () => {
  const specs: Specs = { e: { triggerRule: 'one_success' } }
  it.each(early)('$name is $plan', ({ graph, plan, p, g, t }) => {
    const dag = compiledFrom(graph, specs)
    expect(drawing(dag.plan)).toBe(plan)
    expect(dag.numbers).toMatchObject({ parallels: p, gates: g, transitions: t })
  })
})

it('two graphs that are not connected share one Parallel', () => {
  expect(drawing(compiledFrom('a>c a>d b>d p>r p>s q>s').plan)).toBe('∥{a→c ; b→⟨d←a⟩d ; p→r ; q→⟨s←p⟩s}')
})

it('the bytes of a definition are the bytes that are deployed', () => {
  const dag = compiledFrom('tâche>d')
  expect(dag.numbers.definitionBytes).toBe(Buffer.byteLength(dag.definitionText))
  expect(JSON.parse(dag.definitionText)).toEqual(dag.definition)
})
