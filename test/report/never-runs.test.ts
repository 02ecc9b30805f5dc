import { describe, expect, it } from 'vitest'
import { findTasksThatNeverRun } from '../../dag-compiler/5-report/proofs/never-runs.ts'
import { Dag, readDag, type TaskRef, type TriggerRule } from '../../dag-compiler/define.ts'
import { compiled } from '../compiler/support/definitions.ts'

/** `build` gets a maker of tasks. @returns ids of tasks that are found never to run */
function neverIn(
  build: (dag: Dag, task: (id: string, rule?: TriggerRule) => TaskRef) => void,
): readonly (string | undefined)[] {
  const dag = new Dag('a_dag')
  build(dag, (id, triggerRule = 'all_success') => dag.task(id, async () => undefined, { triggerRule })())
  return findTasksThatNeverRun(compiled(readDag(dag).definition).graph).map(({ where }) => where.task)
}

function branches(rule: TriggerRule) {
  return neverIn((dag, task) => {
    const [decider, left, right, join] = [task('decider'), task('left'), task('right'), task('join', rule)]
    dag.if(decider).then(left).else(right)
    join.after(left, right)
  })
}

describe('tasks that never run', () => {
  it('are those that need both sides of a decision', () => {
    expect(branches('all_success')).toEqual(['join'])
    for (const rule of ['none_failed', 'none_failed_min_one_success', 'one_success', 'all_done'] as const) {
      expect(branches(rule)).toEqual([])
    }
  })

  it('are found behind further tasks, and reported where the sides first meet', () => {
    const found = neverIn((dag, task) => {
      const [decider, left, right] = [task('decider'), task('left'), task('right')]
      const [further, join, last] = [task('further'), task('join'), task('last')]
      dag.if(decider).then(left).else(right)
      left.before(further.before(join.after(right).before(last)))
    })
    expect(found).toEqual(['join'])
  })

  it('are not tasks behind a join that runs after either side', () => {
    const found = neverIn((dag, task) => {
      const [decider, left, right] = [task('decider'), task('left'), task('right')]
      const [join, last] = [task('join', 'one_success'), task('last')]
      dag.if(decider).then(left).else(right)
      join.after(left, right).before(last)
    })
    expect(found).toEqual([])
  })

  it('are not tasks that need two branches of a decider which may choose both', () => {
    const found = neverIn((dag, task) => {
      const [decider, left, right, join] = [task('decider'), task('left'), task('right'), task('join')]
      dag.branch(decider)
      decider.before(left, right)
      join.after(left, right)
    })
    expect(found).toEqual([])
  })

  it('are not tasks that would run when the decider fails', () => {
    const found = neverIn((dag, task) => {
      const [decider, left, right] = [task('decider'), task('left', 'all_done'), task('right', 'all_done')]
      dag
        .if(decider)
        .then(left.after(task('other_left')))
        .else(right.after(task('other_right')))
      task('join').after(left, right)
    })
    expect(found).toEqual([])
  })
})
