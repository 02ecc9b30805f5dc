/** Two tasks under one id, whether both are placed or not. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { duplicateId } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function checkUniqueId({ dagId, tasks, mistakes }: DagDefinition): readonly Problem[] {
  const uncalled = mistakes.flatMap(({ kind, task }) => (kind === 'uncalled-task' && task !== undefined ? [task] : []))
  const times = new Map<string, number>()
  for (const id of [...tasks.map(({ taskId }) => taskId), ...uncalled]) times.set(id, (times.get(id) ?? 0) + 1)
  return [...times].flatMap(([task, count]) => (count > 1 ? [duplicateId({ dag: dagId, task, times: count })] : []))
}
