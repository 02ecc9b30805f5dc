/**
 * Ids of the DAG and its tasks: letters, digits, `_ . -`, 1 to 250 characters. A task's own id has no dot: it joins groups.
 * `.` and `..` are steps in a path to every HTTP client, encoded or not (URL Standard, "single-dot path segment").
 */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { illegalId } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

/** Airflow's limit for ids. */
const longestId = 250

export function checkLegalId({ dagId, tasks }: DagDefinition): readonly Problem[] {
  const dagReason = findFault(dagId, /[^\p{L}\p{N}_.-]/u)
  const taskProblems = tasks.flatMap(({ taskId }) => {
    const reason = findFault(taskId, /[^\p{L}\p{N}_-]/u)
    return reason === null ? [] : [illegalId({ dag: dagId, task: taskId, reason })]
  })
  return [...(dagReason === null ? [] : [illegalId({ dag: dagId, reason: dagReason })]), ...taskProblems]
}

function findFault(id: string, forbidden: RegExp): string | null {
  if (id.length > longestId) return `has ${id.length} characters; ${longestId} is the limit`
  if (id === '.' || id === '..') return 'means a folder in an address'
  const found = forbidden.exec(id)?.[0]
  return found === undefined ? null : `contains ${nameOf(found)}`
}

function nameOf(character: string): string {
  if (character === ' ') return 'a space'
  if (character === '.') return 'a dot, which joins a group and a task'
  return character < ' ' ? 'a control character' : `"${character}"`
}
