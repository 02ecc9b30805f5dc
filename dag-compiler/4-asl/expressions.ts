/** The JSONata that machines contain, in the dialect that AWS accepts (`../jsonata.ts`). */
import type { StatusEntry } from '../../run-model/index.ts'

/** Name of the root execution, the key of a run's gates, where the machine is the root. */
export const execution = '$states.context.Execution.Name'
/** The same where the machine was started by another one, whose input then says it. */
export const rootExecution = "$states.context.Execution.Input.'^x'"

/** The run, as every execution gets it with its input. */
export const runOfExecution = "$states.context.Execution.Input.'^run'"

export const unchangedInput = expression('$states.input')

export function expression(jsonata: string): string {
  return `{% ${jsonata} %}`
}

/** The state data with an entry added. @param value an expression */
export const withEntry = (key: string, value: string): string => `$merge([$states.input,{${quoted(key)}:${value}}])`

/** The state data with statuses that the compiler knows. */
export function withStatuses(statuses: readonly (readonly [task: string, status: StatusEntry])[]): string {
  const entries = statuses.map(([task, status]) => `${quoted(task)}:'${status}'`)
  return `$merge([$states.input,{${entries.join(',')}}])`
}

/** The state data with everything that the branches of a Parallel added. */
export const withBranches = '$merge([$states.input,$merge($states.result)])'

/** Drops the enclosing frame, so that a branch hands over only what it added (design §7.1). */
export const ownEntries = (data: string): string => `$sift(${data},function($v,$k){$k!='^'})`

/** The same where a frame holds more than entries: the index of an instance, the run. */
export const onlyEntries = (data: string): string => `$sift(${data},function($v,$k){$substring($k,0,1)!='^'})`

/** Only these entries, as far as they are there. The list is written outside of the function, which runs once per entry. */
export const pickedEntries = (keys: readonly string[], data: string): string =>
  `($l:=[${keys.map(quoted).join(',')}];${orNothing(`$sift(${data},function($v,$k){$k in $l})`)})`

/** JSONata gives no value instead of an empty object, and a state without a value fails. */
export const orNothing = (entries: string): string => `$merge([{},${entries}])`

/** An entry of the state data, some frames further out. */
export const entryAt = (key: string, frames: number): string => `$states.input${".'^'".repeat(frames)}.${quoted(key)}`

/** The status in an entry, which may be an object. @param entry an expression */
export const statusOf = (entry: string): string => `($type(${entry})='object'?${entry}.s:${entry})`

/** One letter per task, in this order: what an iteration of a Map hands over. @param data an expression */
export function lettersOf(tasks: readonly string[], data: string): string {
  const letter = `$l:=function($e){$lookup({'success':'s','skipped':'k','failed':'f','upstream_failed':'u'},$type($e)='object'?$e.s:$e)}`
  return `(${letter};$d:=${data};${tasks.map((task) => `$l($lookup($d,${quoted(task)}))`).join('&')})`
}

export const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`
