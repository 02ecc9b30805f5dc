/** DAGs that one machine cannot hold: parts become child executions, and nothing waits for more than before. */
import { describe, expect, it } from 'vitest'
import { splitPlan } from '../../dag-compiler/3-plan/split.ts'
import type { Plan } from '../../dag-compiler/index.ts'
import { compiled, compiledFrom, definitionOf, type Edge } from './support/definitions.ts'
import { drawing } from './support/drawing.ts'
import { aslFaults, textFaults } from './support/statically-valid.ts'

/** Every step and gate weighs one. */
const splitAt = (plan: Plan, bytes: number): Plan =>
  splitPlan(plan, {
    weigh: () => ({ bytes, events: 1 }),
    budget: { bytes: 1_000_000, events: 1_000_000 },
    deepest: 2,
    position: () => 0,
  })

describe('a plan above the budget', () => {
  it('that fits is left as it is', () => {
    const { plan } = compiledFrom('a>b b>c')
    expect(splitAt(plan, 300_000)).toBe(plan)
  })

  it.each([
    ['a>b b>c c>d', 400_000, '[a→b]→c→d'],
    ['s>a s>b s>c s>d', 300_000, 's→∥{[∥{a ; b ; c}] ; d}'],
    ['a>b b>c c>d d>e', 1_500_000, '[a]→[b]→[c]→[d]→[e]'],
  ])('%s with %i bytes per task is %s', (graph, bytes, expected) => {
    expect(drawing(splitAt(compiledFrom(graph).plan, bytes))).toBe(expected)
  })

  it('is cut where its Parallels nest too deeply', () => {
    const { plan } = compiledFrom('s>a s>b a>c a>d c>e c>f e>z f>z z>y d>y y>x b>x')
    expect(drawing(plan)).toBe('s→∥{a→∥{c→∥{e ; f}→z ; d}→y ; b}→x')
    expect(drawing(splitAt(plan, 1))).toBe('s→∥{[a→∥{c→∥{e ; f}→z ; d}→y] ; b}→x')
  })

  it('keeps a gate with what it holds back', () => {
    const { plan } = compiledFrom('a>c a>d b>d d>e')
    expect(drawing(plan)).toContain('⟨d←')
    expect(drawing(splitAt(plan, 900_000))).toMatch(/⟨d←[^⟩]*⟩d/)
  })
})

/** N graphs side by side that meet at the end. */
const many: Edge[] = Array.from({ length: 600 }, (_, i): Edge[] => [
  [`a${i}`, `c${i}`],
  [`a${i}`, `d${i}`],
  [`b${i}`, `d${i}`],
  [`d${i}`, 'z'],
]).flat()

describe('a DAG of 2,401 tasks', () => {
  const dag = compiled(definitionOf(many))
  const machines = [dag, ...(dag.children ?? [])]

  it('is several machines, each within the limits of Step Functions', () => {
    expect(dag.children?.length).toBeGreaterThan(1)
    for (const { numbers, definitionText } of machines) {
      expect(Buffer.byteLength(definitionText)).toBeLessThan(1_048_576)
      expect(numbers.worstCaseEvents).toBeLessThan(25_000)
    }
    expect(dag.problems).toEqual([])
  })

  it('has every task in exactly one of them', () => {
    const steps = machines.flatMap(({ definitionText }) =>
      [...definitionText.matchAll(/"task":"(\w+)"/g)].map(([, id]) => id),
    )
    expect(steps.sort()).toEqual(dag.graph.tasks.map(({ taskId }) => taskId).sort())
  })

  it('names its children to the runtime, and their gates after the root execution', () => {
    expect(Object.keys(dag.wiring.children ?? {})).toEqual(dag.children?.map(({ id }) => id))
    const inside = machines.slice(1).map(({ definitionText }) => definitionText)
    expect(inside.join()).toContain('"gate":true')
    const names = inside.flatMap((text) => text.match(/"x":"[^"]*"/g) ?? [])
    expect(new Set(names)).toEqual(new Set([`"x":"{% $states.context.Execution.Input.'^x' %}"`]))
  })

  it('hands back only what somebody outside reads', () => {
    const lists = machines.flatMap(({ definitionText }) => definitionText.match(/\$l:=\[[^\]]*\]/g) ?? [])
    expect(lists.join()).toContain("'d")
    expect(lists.join()).not.toContain("'c")
  })

  it('is one that Step Functions accepts', () => {
    expect([...aslFaults(dag.definitionText), ...textFaults(dag.definitionText)]).toEqual([])
    for (const { definitionText } of dag.children ?? []) expect(textFaults(definitionText)).toEqual([])
  })

  it('costs one transition more per child', () => {
    const { tasks, parallels, gates, gatedTasks, transitions } = dag.numbers
    const verdict = dag.definitionText.includes('"do":"end"') ? 0 : 1
    expect(transitions).toBe(tasks + parallels + gates - gatedTasks + dag.children!.length + verdict)
  })
})
