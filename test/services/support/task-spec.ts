/** Task options after defaults, for graphs that tests write by hand. */
import type { TaskSpecValue } from '../../../dag-compiler/1-define/dag-definition.ts'
import { taskSpecDefaults } from '../../../dag-compiler/1-define/task-spec.ts'

export const taskSpec = (own: Partial<TaskSpecValue> = {}): TaskSpecValue => ({ ...taskSpecDefaults, ...own })
