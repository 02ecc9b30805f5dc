/**
 * A split DAG does what the unsplit one does, at the same times: random DAGs in machines of a few tasks each, and a part
 * that fails as a whole.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../dag-compiler/2-graph/build-graph.ts'
import { buildPlan, structureOf } from '../../dag-compiler/3-plan/build-plan.ts'
import { type EmittedDag, emitSplit } from '../../dag-compiler/4-asl/emit-dag.ts'
import type { DagDefinition } from '../../dag-compiler/index.ts'
import { definitionOf, sha256 } from './support/definitions.ts'
import { randomRun } from './support/random-dags.ts'
import { expectedRun } from './support/reference.ts'
import { differences, simulate } from './support/simulate.ts'

/** About seven tasks per machine. */
const tiny = { bytes: 6_000, events: 80 }

function inParts(definition: DagDefinition, budget = tiny): EmittedDag & { readonly dagId: string } {
  const { graph } = buildGraph(definition, { sha256 })
  const whole = buildPlan(graph!, structureOf(graph!))
  return { dagId: definition.dagId, ...emitSplit(graph!, whole, { budget, sha256 }) }
}

describe('a random DAG in small parts', () => {
  it('ends with the states, tries, start times and verdict of the reference, whatever its tasks do', async () => {
    let children = 0
    await fc.assert(
      fc.asyncProperty(randomRun(40, 40), async ({ definition, scenario }) => {
        const simulation = await simulate(inParts(definition), scenario)
        expect(differences(simulation, expectedRun(definition, scenario))).toEqual([])
        children += simulation.execution.children
      }),
      { numRuns: 300, seed: 20_261_124 },
    )
    expect(children).toBeGreaterThan(600)
  }, 120_000)

  it('costs exactly the transitions of its plan when all tasks succeed, and no more events in any history', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun(40, 0), async ({ definition, scenario }) => {
        const dag = inParts(definition)
        const { execution } = await simulate(dag, scenario)
        expect(execution.transitions).toBe(dag.numbers.transitions)
        expect(execution.events).toBeLessThanOrEqual(dag.numbers.events)
        expect(execution.children).toBe(dag.children.length)
        const histories = [dag, ...dag.children].map(({ numbers }) => numbers.events)
        expect(execution.longestHistory).toBeLessThanOrEqual(Math.max(...histories))
      }),
      { numRuns: 100, seed: 20_261_124 },
    )
  }, 120_000)
})

describe('a child execution that fails as a whole', () => {
  const failing = JSON.stringify({ StartAt: 'f', States: { f: { Type: 'Fail', Error: 'States.DataLimitExceeded' } } })
  /** The parts of `dag` whose machine is said to fail do so at once. */
  const broken = (dag: ReturnType<typeof inParts>, id: string) => ({
    ...dag,
    children: dag.children.map((child) => (child.id === id ? { ...child, definitionText: failing } : child)),
  })

  it('fails its tasks; the run goes on behind it and beside it, and nobody waits for ever', async () => {
    const edges = 'a>b b>c c>d d>e e>f f>g x>y y>z b>z z>end g>end'.split(' ').map((each) => each.split('>'))
    const definition = definitionOf(edges as [string, string][], [], { end: { triggerRule: 'all_done' } })
    const dag = inParts(definition)
    const first = dag.children.find(({ id }) => dag.wiring.children![id]!.includes('a'))!
    const inside = dag.wiring.children![first.id]!
    const { execution, platform } = await simulate(broken(dag, first.id))
    expect(execution.error).toBeNull()
    expect(platform.violations).toEqual([])
    for (const key of inside) expect([key, platform.finalStates.get(key)]).toEqual([key, 'failed'])
    expect(platform.finalStates.get('end')).toBe('success')
    expect(inside).not.toContain('end')
  })

  it('tells those behind it how its tasks ended, in the state data', () => {
    const chain = [...'abcdefghijkl']
    const dag = inParts(definitionOf(chain.slice(1).map((id, at) => [chain[at]!, id])))
    const { id } = dag.children[0]!
    const states = JSON.parse(dag.definitionText).States
    expect(states[id].Catch).toEqual([
      { ErrorEquals: ['States.ALL'], Output: '{% $states.input %}', Next: `arrive:${id}` },
    ])
    const settle = states[`arrive:${id}`]
    expect(settle.Arguments.Payload).toMatchObject({
      do: 'arrive',
      child: id,
      live: [dag.wiring.children![id]!.at(-1)],
    })
    expect(settle.Output).toContain('$states.result.Payload.st')
    expect(settle.Next).toBe(states[id].Next)
  })
})
