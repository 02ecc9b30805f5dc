/**
 * Ids of the DAG and its tasks: letters, digits, `_ . -`, 1 to 250 characters. A task's own id has no dot: it joins groups.
 * A group's id: ASCII letters, digits, `_ -`, 1 to 200 characters with its parents' ids in front.
 * `.` and `..` are steps in a path to every HTTP client, encoded or not (URL Standard, "single-dot path segment").
 */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { illegalId } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

/** Airflow's limit for ids. */
const longestId = 250
/** Airflow's limit for ids of groups. */
const longestGroupId = 200

export function checkLegalId({ dagId, tasks, groups = [] }: DagDefinition): readonly Problem[] {
  const dagReason = longerThan(dagId, longestId) ?? findFault(dagId, /[^\p{L}\p{N}_.-]/u)
  const taskProblems = tasks.flatMap(({ taskId, group }) => {
    const own = ownPart(taskId, group)
    const reason = longerThan(taskId, longestId) ?? findFault(own, /[^\p{L}\p{N}_-]/u)
    return reason === null ? [] : [illegalId({ dag: dagId, task: taskId, own, reason })]
  })
  const groupProblems = groups.flatMap(({ groupId, parent }) => {
    const own = ownPart(groupId, parent)
    const reason = longerThan(groupId, longestGroupId) ?? findFault(own, /[^A-Za-z0-9_-]/u)
    return reason === null ? [] : [illegalId({ dag: dagId, group: groupId, own, reason })]
  })
  return [
    ...(dagReason === null ? [] : [illegalId({ dag: dagId, reason: dagReason })]),
    ...taskProblems,
    ...groupProblems,
  ]
}

/** What the author wrote, without the group in front. */
const ownPart = (id: string, group: string | null | undefined): string =>
  group != null && id.startsWith(`${group}.`) ? id.slice(group.length + 1) : id

const longerThan = (id: string, limit: number): string | null =>
  id.length > limit ? `has ${id.length} characters; ${limit} is the limit` : null

function findFault(id: string, forbidden: RegExp): string | null {
  if (id === '.' || id === '..') return 'means a folder in an address'
  const found = forbidden.exec(id)?.[0]
  return found === undefined ? null : `contains ${nameOf(found)}`
}

function nameOf(character: string): string {
  if (character === ' ') return 'a space'
  if (character === '.') return 'a dot, which joins a group and a task'
  return character < ' ' ? 'a control character' : `"${character}"`
}
