import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reportOf } from '../../dag-compiler/index.ts'
import { compiled, definitionOf } from '../compiler/support/definitions.ts'
import { randomRun } from '../compiler/support/random-dags.ts'

describe('reasons of gates', () => {
  it('name the smallest case that is not series-parallel', () => {
    const dag = compiled(
      definitionOf([
        ['a', 'c'],
        ['a', 'd'],
        ['b', 'd'],
      ]),
    )
    const [reason, ...others] = reportOf(dag, null).gates
    expect(others).toEqual([])
    expect(reason).toMatchObject({
      because: 'd waits for a and b, but c follows a and must not wait for b',
      without: 'b → c as an edge, or no edge from a to d',
      forcedBy: ['d', 'a', 'b', 'c'],
    })
  })

  it('name the rule of a task that does not wait for all', () => {
    const dag = compiled(
      definitionOf(
        [
          ['a', 'c'],
          ['b', 'c'],
        ],
        ['a', 'b', 'c'],
        { c: { triggerRule: 'one_success' } },
      ),
    )
    expect(reportOf(dag, null).gates).toMatchObject([{ forcedBy: ['c'], need: ['a', 'b'] }])
  })

  it('hold for random graphs: the fourth task follows the second and neither the third nor the first', () => {
    fc.assert(
      fc.property(randomRun(14, 0), ({ definition }) => {
        const dag = compiled(definition)
        for (const { forcedBy } of reportOf(dag, null).gates) {
          const [task, shared, other, free] = forcedBy
          if (free === undefined) continue
          expect(ancestors(dag.graph, task)).toEqual(expect.arrayContaining([shared, other]))
          expect(ancestors(dag.graph, free)).toContain(shared)
          for (const stranger of [task, other]) expect(ancestors(dag.graph, free)).not.toContain(stranger)
        }
      }),
      { seed: 20261124, numRuns: 200 },
    )
  })
})

function ancestors(graph: ReturnType<typeof compiled>['graph'], task: string | undefined): readonly string[] {
  const upstreams = new Map(graph.tasks.map((each) => [each.taskId, each.upstreams]))
  const seen = new Set<string>()
  const stack = [...(upstreams.get(task ?? '') ?? [])]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (!seen.has(next)) stack.push(...(upstreams.get(next) ?? []))
    seen.add(next)
  }
  return [...seen]
}
