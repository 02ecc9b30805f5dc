/** The JSONata that machines contain, in the dialect that AWS accepts (`../jsonata.ts`). */
import type { StatusEntry } from '../../run-model/index.ts'

/** Name of the execution: the key of its gates. */
export const execution = '$states.context.Execution.Name'

export const unchangedInput = expression('$states.input')

export function expression(jsonata: string): string {
  return `{% ${jsonata} %}`
}

/** The state data with the answer of a task wrapper added. */
export const withAnswer = (task: string): string => `$merge([$states.input,{${quoted(task)}:$states.result.Payload.s}])`

/** The state data with statuses that the compiler knows. */
export function withStatuses(statuses: readonly (readonly [task: string, status: StatusEntry])[]): string {
  const entries = statuses.map(([task, status]) => `${quoted(task)}:'${status}'`)
  return `$merge([$states.input,{${entries.join(',')}}])`
}

/** The state data with everything that the branches of a Parallel added. */
export const withBranches = '$merge([$states.input,$merge($states.result)])'

/** Drops the enclosing frame, so that a branch hands over only what it added (design §7.1). */
export const ownEntries = (data: string): string => `$sift(${data},function($v,$k){$k!='^'})`

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
