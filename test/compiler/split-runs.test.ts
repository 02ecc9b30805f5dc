/**
 * A split DAG does what the unsplit one does, at the same times: random DAGs in machines of a few tasks each, and a part
 * that fails as a whole.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../dag-compiler/2-graph/build-graph.ts'
import { buildPlan, structureOf } from '../../dag-compiler/3-plan/build-plan.ts'
import { emitSplit } from '../../dag-compiler/4-asl/emit-dag.ts'
import type { CompiledDag, DagDefinition } from '../../dag-compiler/index.ts'
import { simulate } from '../../local/virtual/index.ts'
import { compiled, definitionOf, sha256 } from './support/definitions.ts'
import { differencesFrom, play } from './support/play.ts'
import { randomRun } from './support/random-dags.ts'
import { expectedRun } from './support/reference.ts'

/** About seven tasks per machine. */
const tiny = { bytes: 6_000, events: 80 }

function inParts(definition: DagDefinition, budget = tiny): CompiledDag {
  const { graph } = buildGraph(definition, { sha256 })
  const whole = buildPlan(graph!, structureOf(graph!))
  return { ...compiled(definition), ...emitSplit(graph!, whole, { budget, sha256 }) }
}

describe('a random DAG in small parts', () => {
  it('ends with the states, tries, start times and verdict of the reference, whatever its tasks do', async () => {
    let children = 0
    await fc.assert(
      fc.asyncProperty(randomRun(40, 40), async ({ definition, scenario }) => {
        const run = await play(inParts(definition), scenario)
        expect(differencesFrom(expectedRun(definition, scenario), run)).toEqual([])
        children += run.executions.length - 1
      }),
      { numRuns: 150, seed: 20_261_124 },
    )
    expect(children).toBeGreaterThan(300)
  }, 300_000)

  it('costs exactly the transitions of its plan when all tasks succeed, and no more events in any history', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun(40, 0), async ({ definition, scenario }) => {
        const dag = inParts(definition)
        const { transitions, events, executions } = await play(dag, scenario)
        const { children = [] } = dag
        expect(transitions).toBe(dag.numbers.transitions)
        expect(events).toBeLessThanOrEqual(dag.numbers.events)
        expect(executions.length).toBe(1 + children.length)
        const histories = [dag, ...children].map(({ numbers }) => numbers.events)
        expect(Math.max(...executions.map((one) => one.events))).toBeLessThanOrEqual(Math.max(...histories))
      }),
      { numRuns: 50, seed: 20_261_124 },
    )
  }, 300_000)
})

describe('a child execution that fails as a whole', () => {
  const failing = JSON.stringify({ StartAt: 'f', States: { f: { Type: 'Fail', Error: 'States.DataLimitExceeded' } } })
  /** The parts of `dag` whose machine is said to fail do so at once. */
  const broken = (dag: CompiledDag, id: string): CompiledDag => ({
    ...dag,
    children: dag.children!.map((child) => (child.id === id ? { ...child, definitionText: failing } : child)),
  })

  it('fails its tasks; the run goes on behind it and beside it, and nobody waits for ever', async () => {
    const edges = 'a>b b>c c>d d>e e>f f>g x>y y>z b>z z>end g>end'.split(' ').map((each) => each.split('>'))
    const definition = definitionOf(edges as [string, string][], [], { end: { triggerRule: 'all_done' } })
    const dag = inParts(definition)
    const first = dag.children!.find(({ id }) => dag.wiring.children![id]!.includes('a'))!
    const inside = dag.wiring.children![first.id]!
    const { state, tasks } = await simulate(broken(dag, first.id))
    expect(state).toBe('success')
    for (const key of inside) expect([key, tasks[key]?.state]).toEqual([key, 'failed'])
    expect(tasks.end?.state).toBe('success')
    expect(inside).not.toContain('end')
  })

  it('tells those behind it how its tasks ended, in the state data', () => {
    const chain = [...'abcdefghijkl']
    const dag = inParts(definitionOf(chain.slice(1).map((id, at) => [chain[at]!, id])))
    const { id } = dag.children![0]!
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
