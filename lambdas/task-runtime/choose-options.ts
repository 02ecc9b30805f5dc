/**
 * Reads the choice of a decider from what its handler returned (semantics §8). What is stored as its XCom names tasks by
 * id, so that it can be read anywhere. A return value that is no choice fails the try.
 */
import type { DecisionWiring, TaskWiring, Wiring } from '../../run-model/index.ts'

export interface Choice {
  /** Keys of the chosen options. */
  readonly chosen: readonly string[]
  /** The task's return value. */
  readonly value: unknown
}

/** A decider returned something that is no choice of it. */
class ChoiceError extends Error {
  override readonly name = 'ChoiceError'
}

/**
 * @param returned what the handler returned: a truth value for `if` and `short_circuit`; a case or its id for `switch`; direct
 *   downstreams, their ids, or nothing for `branch`.
 * @throws ChoiceError
 */
export function readChoice(wiring: Wiring, { taskId, decision }: TaskWiring, returned: unknown): Choice {
  if (!decision) throw new Error(`Task "${taskId}" decides nothing. Please report this bug.`)
  const { options } = decision
  switch (decision.kind) {
    case 'if':
      return { chosen: options.slice(returned ? 0 : 1, returned ? 1 : 2), value: returned }
    case 'short_circuit':
      return { chosen: returned ? ['*'] : [], value: returned }
    case 'switch':
      return switchChoice(wiring, taskId, decision, returned)
    case 'branch':
      return branchChoice(wiring, taskId, decision, returned)
  }
}

function switchChoice(wiring: Wiring, taskId: string, { options }: DecisionWiring, returned: unknown): Choice {
  const option = optionOf(wiring, options, returned)
  if (option !== undefined) return { chosen: [option], value: idOf(returned) }
  throw new ChoiceError(
    `Task "${taskId}" returned ${shown(returned)}, but dag.switch needs exactly one of its cases: ${listed(wiring, options)}.`,
  )
}

function branchChoice(wiring: Wiring, taskId: string, { options }: DecisionWiring, returned: unknown): Choice {
  if (returned === null || returned === undefined) return { chosen: [], value: returned }
  const picked: readonly unknown[] = Array.isArray(returned) ? returned : [returned]
  const chosen = picked.map((one) => optionOf(wiring, options, one))
  const unknown = picked.find((_, index) => chosen[index] === undefined)
  if (unknown === undefined && !picked.includes(undefined)) {
    const ids = picked.map(idOf)
    return {
      chosen: [...new Set(chosen)].filter((key) => key !== undefined),
      value: Array.isArray(returned) ? ids : ids[0],
    }
  }
  throw new ChoiceError(
    `Task "${taskId}" returned ${shown(unknown)}, but dag.branch chooses among its direct downstreams: ${listed(wiring, options)}.`,
  )
}

/** Options are keys of tasks, or ids of groups, which have no key. */
const optionOf = (wiring: Wiring, options: readonly string[], picked: unknown): string | undefined => {
  const id = idOf(picked)
  return id === null ? undefined : options.find((option) => optionId(wiring, option) === id)
}

const optionId = (wiring: Wiring, option: string): string =>
  Object.hasOwn(wiring.tasks, option) ? (wiring.tasks[option]?.taskId ?? option) : option

/** The id an author means: a text, or a reference to a task or group, known by its fields. Null: neither. */
function idOf(picked: unknown): string | null {
  if (typeof picked === 'string') return picked
  if (typeof picked !== 'object' || picked === null) return null
  if ('taskId' in picked && typeof picked.taskId === 'string') return picked.taskId
  return 'groupId' in picked && typeof picked.groupId === 'string' ? picked.groupId : null
}

const listed = (wiring: Wiring, options: readonly string[]): string =>
  options.map((option) => `"${optionId(wiring, option)}"`).join(', ')

const shown = (value: unknown): string => {
  const id = idOf(value)
  if (id !== null) return JSON.stringify(id)
  return Array.isArray(value) ? 'a list' : typeof value === 'object' && value !== null ? 'an object' : String(value)
}
