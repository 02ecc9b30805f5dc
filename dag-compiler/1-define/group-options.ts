/** Options of a task group → their values, defaults filled in. */
import type { Mistake } from './dag-definition.ts'
import { type Field, flag, orNull, text } from './fields.ts'
import { readSpec } from './read-spec.ts'
import { readTaskDefaults, type TaskDefaultValues, type TaskOptions } from './task-spec.ts'

export interface GroupOptions {
  /** Options for all tasks of the group; a task's own win, and so do an inner group's. */
  readonly defaults?: TaskOptions
  /** Shown with the group. */
  readonly tooltip?: string
  /** Put the group's id in front of the ids of its tasks. @default true */
  readonly prefixGroupId?: boolean
}

interface ReadGroupOptions {
  readonly tooltip: string | null
  readonly prefixGroupId: boolean
  readonly defaults: TaskDefaultValues
  readonly mistakes: readonly Mistake[]
}

/** `defaults` are read by `readTaskDefaults`, which reports under its own path. */
const anything: Field<unknown> = { expected: '', read: (given) => given ?? undefined }

export function readGroupOptions(given: unknown, groupId: string): ReadGroupOptions {
  const table = { defaults: anything, tooltip: orNull(text), prefixGroupId: flag }
  const { values, mistakes } = readSpec(table, given, { path: groupId })
  const defaults = readTaskDefaults(values.defaults, `${groupId}.defaults`)
  const { tooltip = null, prefixGroupId = true } = values
  return { tooltip, prefixGroupId, defaults: defaults.values, mistakes: [...mistakes, ...defaults.mistakes] }
}
