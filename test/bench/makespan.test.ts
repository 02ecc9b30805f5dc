/** What the makespan bench counts, on three graphs that can be checked by hand (compiler design §15). Nothing is timed. */
import { describe, expect, it } from 'vitest'
import { measure } from '../../bench/makespan/measure.ts'
import { renderSummary, summarise } from '../../bench/makespan/summary.ts'

const dag = (id: string, seconds: Readonly<Record<string, number>>, edges: string) => ({
  id,
  tasks: Object.entries(seconds).map(([task, duration_s]) => ({ id: task, duration_s })),
  edges: edges.split(' ').map((edge) => edge.split('>') as [string, string]),
})

const n = dag('n', { a: 1, b: 2, c: 2, d: 1 }, 'a>c a>d b>d')
const diamond = dag('diamond', { a: 1, b: 2, c: 3, d: 1 }, 'a>b a>c b>d c>d')
const hours = dag('hours', { a: 3_600, b: 7_200, c: 0.1, d: 5_400.5 }, 'a>b c>d')

describe('the makespan bench', () => {
  it.each([
    [n, { transitions: 6, events: 32, parallels: 1, gates: 1 }, { transitions: 7, makespan: 4 }, 3],
    [diamond, { transitions: 5, events: 26, parallels: 1, gates: 0 }, { transitions: 6, makespan: 5 }, 5],
    [hours, { transitions: 6, parallels: 1, gates: 0 }, { transitions: 7, makespan: 10_800 }, 10_800],
  ])('$id: counts what a run costs and finds the critical path', async (graph, counts, barrier, criticalPath) => {
    expect(await measure(graph)).toMatchObject({
      id: graph.id,
      tasks: 4,
      ...counts,
      makespan: criticalPath,
      criticalPath,
      barrierMakespan: barrier.makespan,
      barrierTransitions: barrier.transitions,
    })
  })

  it('pools transitions over all tasks and shows both plans in one table', async () => {
    const summary = summarise(await Promise.all([n, diamond].map(measure)))
    expect(summary).toMatchObject({ dags: 2, tasks: 8, split: 0, notCompiled: 0 })
    expect(summary.transitionsOverBarriers).toBeCloseTo(11 / 13)
    expect(summary.plans.map(({ plan, transitionsPerTask, maxRatio }) => [plan, transitionsPerTask, maxRatio])).toEqual(
      [
        ['stepdag', 11 / 8, 1],
        ['level barriers', 13 / 8, 4 / 3],
      ],
    )
    expect(renderSummary(summary)).toContain('level barriers             1.625             1.167  1.333  1.333')
  })

  it('runs a DAG that no single machine can hold in parts, as fast', async () => {
    const wide = {
      id: 'wide',
      tasks: Array.from({ length: 1_100 }, (_, i) => ({ id: `t${i}`, duration_s: i })),
      edges: [['t0', 't1']] as const,
    }
    expect(await measure(wide)).toMatchObject({ machines: 2, transitions: 1_104, makespan: 1_099 })
  })

  it('says what a DAG lacks that does not compile', async () => {
    expect(await measure(dag('round', { a: 1, b: 1 }, 'a>b b>a'))).toEqual({ id: 'round', tasks: 2, refused: 'cycle' })
  })
})
