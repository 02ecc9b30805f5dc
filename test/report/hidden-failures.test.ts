import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findHiddenFailures } from '../../dag-compiler/5-report/proofs/hidden-failures.ts'
import { compiled, definitionOf, type Edge, type Specs } from '../compiler/support/definitions.ts'
import { randomRun } from '../compiler/support/random-dags.ts'
import { expectedRun } from '../compiler/support/reference.ts'

const hiddenIn = (edges: readonly Edge[], specs: Specs) =>
  findHiddenFailures(withHandlers(compiled(definitionOf(edges, [], specs)).graph)).map(({ what }) => what)

describe('hidden failures', () => {
  it('are those before an all_done leaf', () => {
    expect(hiddenIn([['a', 'b']], { b: { triggerRule: 'all_done' } })).toEqual([
      'when a fails, the run can still end as a success',
    ])
  })

  it('are none when another leaf passes the failure on', () => {
    expect(
      hiddenIn(
        [
          ['a', 'b'],
          ['a', 'c'],
        ],
        { b: { triggerRule: 'all_done' } },
      ),
    ).toEqual([])
  })

  it('agree with what runs do: a single failure that is not hidden fails the run', () => {
    fc.assert(
      fc.property(randomRun(10, 0), fc.nat(9), ({ definition }, pick) => {
        const graph = withHandlers(compiled(definition).graph)
        const failing = graph.tasks[pick % graph.tasks.length]?.taskId ?? ''
        const retries = definition.tasks.find(({ taskId }) => taskId === failing)?.spec.retries ?? 0
        const outcomes = Array.from({ length: retries + 1 }, () => 'failed' as const)
        const run = expectedRun(definition, new Map([[failing, { outcomes, seconds: 1, answerIsLost: false }]]))
        if (run.tasks.get(failing)?.status !== 'failed') return
        const isHidden = findHiddenFailures(graph).some(({ what }) =>
          /^when (.*) fails?,/.exec(what)?.[1]?.split(', ').includes(failing),
        )
        if (!isHidden) expect(run.verdict).toBe('failed')
      }),
      { seed: 20261124, numRuns: 500 },
    )
  })
})

/** The definitions of these tests are of empty tasks, which cannot fail. */
function withHandlers(graph: ReturnType<typeof compiled>['graph']) {
  return { ...graph, tasks: graph.tasks.map((task) => ({ ...task, operator: 'task' as const })) }
}
