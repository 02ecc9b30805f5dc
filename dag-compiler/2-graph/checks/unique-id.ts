/** Two tasks or groups under one id, whether placed or not: they share one namespace, as in Airflow. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { duplicateId } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function checkUniqueId({ dagId, tasks, groups = [], mistakes }: DagDefinition): readonly Problem[] {
  const uncalled = mistakes.flatMap(({ kind, task }) => (kind === 'uncalled-task' && task !== undefined ? [task] : []))
  const ids = [...tasks.map(({ taskId }) => taskId), ...uncalled, ...groups.map(({ groupId }) => groupId)]
  const times = new Map<string, number>()
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1)
  const ofGroups = new Set(groups.map(({ groupId }) => groupId))
  return [...times].flatMap(([task, count]) =>
    count > 1 ? [duplicateId({ dag: dagId, task, times: count, isGroup: ofGroups.has(task) })] : [],
  )
}
