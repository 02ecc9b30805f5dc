/** The forward pass against brute force: every combination of upstream statuses, on random graphs with every rule. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DecisionDefinition } from '../../dag-compiler/1-define/dag-definition.ts'
import type { Graph, GraphTask } from '../../dag-compiler/2-graph/graph.ts'
import { guardsOf, possibleStatuses } from '../../dag-compiler/3-plan/guards.ts'
import { decideTriggerRule, type StatusEntry, triggerRules } from '../../run-model/index.ts'
import { taskSpec } from './support/task-spec.ts'

const task = (taskId: string, upstreams: readonly string[], more: Partial<GraphTask> = {}): GraphTask => ({
  taskId,
  key: taskId,
  operator: 'task',
  inputs: {},
  spec: taskSpec(),
  upstreams,
  downstreams: [],
  ...more,
})
const graphOf = (tasks: readonly GraphTask[], more: Partial<Graph> = {}): Graph => ({
  dagId: 'd',
  tasks,
  edges: [],
  dagrunTimeout: null,
  ...more,
})
const sorted = (statuses: Iterable<StatusEntry> | undefined) => [...(statuses ?? [])].toSorted()

const kinds = ['task', 'service', 'empty'] as const
const randomGraph = fc
  .array(
    fc.record({
      rule: fc.constantFrom(...triggerRules),
      kind: fc.constantFrom(...kinds),
      up: fc.integer(),
      candidate: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drawn) =>
    graphOf(
      drawn.map(({ rule, kind, up, candidate }, at) =>
        task(
          `t${at}`,
          drawn.flatMap((_, other) => (other < at && (up >> other) & 1 ? [`t${other}`] : [])),
          {
            operator: kind,
            spec: taskSpec({ triggerRule: rule }),
            ...(candidate && at > 0 && { isCandidate: true }),
          },
        ),
      ),
    ),
  )

/** Every way in which independent upstreams can end, one after the other. */
function bruteForce({ tasks }: Graph): Map<string, Set<StatusEntry>> {
  const ends = new Map<string, Set<StatusEntry>>()
  for (const { taskId, operator, upstreams, spec, isCandidate } of tasks) {
    const combinations = upstreams.reduce<StatusEntry[][]>(
      (sofar, upstream) => sofar.flatMap((one) => [...ends.get(upstream)!].map((status) => [...one, status])),
      [[]],
    )
    const own = new Set<StatusEntry>(isCandidate ? ['skipped'] : [])
    for (const combination of combinations) {
      const decision = decideTriggerRule(spec.triggerRule, combination)
      if (decision === 'undecided') throw new Error('every upstream has ended')
      const results: StatusEntry[] = decision === 'run' ? ['success', 'failed'] : [decision]
      if (decision === 'run' && operator === 'task') results.push('skipped')
      for (const result of results) own.add(result)
    }
    ends.set(taskId, own)
  }
  return ends
}

describe('possible statuses', () => {
  it('are those of brute force over all combinations', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const expected = bruteForce(graph)
        for (const [key, statuses] of possibleStatuses(graph))
          expect(sorted(statuses), key).toEqual(sorted(expected.get(key)))
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  it('let two statuses of one mapped upstream meet, and never two of one task', () => {
    const rule = taskSpec({ triggerRule: 'all_failed' })
    const twice = (more: Partial<GraphTask>) =>
      guardsOf(graphOf([task('a', [], more), task('x', ['a'], { operator: 'service', spec: rule })])).get('x')
    expect(twice({})).toEqual(['skipped'])
    const mixed = (more: Partial<GraphTask>) =>
      possibleStatuses(
        graphOf([
          task('a', [], { operator: 'service', ...more }),
          task('x', ['a'], { operator: 'empty', spec: taskSpec({ triggerRule: 'all_done_min_one_success' }) }),
        ]),
      ).get('x')
    expect(sorted(mixed({}))).toEqual(['failed', 'success', 'upstream_failed'])
    expect(sorted(mixed({ mapping: { kind: 'expand', over: {} } }))).toContain('skipped')
  })

  it('put setups before the rule', () => {
    const graph = graphOf([
      task('s', [], { operator: 'empty', isSetup: true }),
      task('x', [], { operator: 'service', setups: ['s'], spec: taskSpec({ triggerRule: 'all_done' }) }),
    ])
    expect(guardsOf(graph).get('x')).toEqual(['upstream_failed'])
  })

  it('count the setups of a teardown instead of its upstreams', () => {
    const teardown = { setups: ['s'], onFailureFailDagrun: false }
    const graph = graphOf([task('s', []), task('w', ['s']), task('x', ['s', 'w'], { operator: 'service', teardown })])
    expect(guardsOf(graph).get('x')).toEqual(['skipped', 'upstream_failed'])
  })

  it('need no guard where nothing can keep a service task from running', () => {
    const graph = graphOf([
      task('a', []),
      task('x', ['a'], { operator: 'service', spec: taskSpec({ triggerRule: 'all_done' }) }),
      task('y', [], { operator: 'service' }),
    ])
    expect(guardsOf(graph).size).toBe(0)
  })

  it('exclude failures where a failure aborts the run', () => {
    const chain = [task('a', [], { operator: 'service' }), task('x', ['a'], { operator: 'service' })]
    expect(guardsOf(graphOf(chain)).get('x')).toEqual(['upstream_failed'])
    expect(guardsOf(graphOf(chain, { onFailure: 'failFast' })).size).toBe(0)
  })

  it('include a skip for a candidate, whatever its rule', () => {
    const kind: DecisionDefinition['kind'] = 'short_circuit'
    const decisions = [{ decider: 'd', kind, options: ['*'], candidates: [{ task: 'x', keptBy: ['*'] }] }]
    const x = task('x', ['d'], { operator: 'service', isCandidate: true, spec: taskSpec({ triggerRule: 'all_done' }) })
    expect(guardsOf(graphOf([task('d', []), x], { decisions })).get('x')).toEqual(['skipped'])
  })
})
