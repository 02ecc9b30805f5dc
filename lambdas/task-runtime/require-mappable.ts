/** A task that others are mapped over must return an array that is not too long: the machine makes one instance per element. */
import type { JsonValue } from '../../run-model/index.ts'
import { mappingsOver } from '../arrival/index.ts'
import type { TaskInput, TaskProgram } from './ports.ts'

/** A return value that no task can be mapped over, or that would make too many instances. */
export class MappingError extends Error {
  override readonly name = 'MappingError'
}

/** @throws MappingError */
export function requireMappable(program: TaskProgram, taskId: string, value: JsonValue | undefined): void {
  if (!isListedIn(program, taskId)) return
  if (!Array.isArray(value)) {
    const found = value === undefined ? 'nothing' : value === null ? 'null' : `a ${typeof value}`
    throw new MappingError(
      `Other tasks are mapped over what task "${taskId}" returns, but it returned ${found}. Return an array.`,
    )
  }
  const task = Object.values(program.wiring.tasks).find((one) => one.taskId === taskId)
  const limit = Math.min(...(task ? mappingsOver(program.wiring, task) : []).map(({ maxLength }) => maxLength))
  if (value.length <= limit) return
  throw new MappingError(
    `Task "${taskId}" returned ${value.length} elements to map over; this DAG allows ${limit}. Raise its maxMapLength, or ` +
      'return fewer elements, e.g. batches.',
  )
}

/** Whether a mapping takes the value itself as a list. Inside `all` it is one element, and may be anything. */
function isListedIn({ dag }: TaskProgram, taskId: string): boolean {
  const { tasks, groups = [] } = dag.definition
  const mappings = [...tasks, ...groups].flatMap(({ mapping }) => mapping ?? [])
  const inputs = mappings.flatMap((one) => (one.kind === 'kwargs' ? [one.over] : Object.values(one.over)))
  return inputs.some((input) => takesAsList(input, taskId))
}

function takesAsList(input: TaskInput, taskId: string): boolean {
  if ('ref' in input) return input.ref === taskId
  if ('map' in input) return takesAsList(input.map, taskId)
  if ('zip' in input) return input.zip.some((part) => takesAsList(part, taskId))
  return 'concat' in input && input.concat.some((part) => takesAsList(part, taskId))
}
