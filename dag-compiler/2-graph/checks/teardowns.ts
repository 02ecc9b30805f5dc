/** Teardowns that have nothing to tear down, and tasks that would be setup and teardown at once. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { badTeardown, teardownWithoutSetup } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Network } from '../network.ts'

export function checkTeardowns({ dagId: dag }: DagDefinition, { tasks, upstreams }: Network): readonly Problem[] {
  return tasks.flatMap(({ taskId: task, isSetup, teardown }, at) => {
    if (!teardown) return []
    const both = { what: 'is both a setup and a teardown', fix: 'split it in two tasks' }
    const hasSetup = upstreams[at]?.some((upstream) => tasks[upstream]?.isSetup)
    return [
      ...(isSetup ? [badTeardown({ dag, task, ...both })] : []),
      ...(hasSetup ? [] : [teardownWithoutSetup({ dag, task })]),
    ]
  })
}
