/** What the state of a task does, and whether it can be the task's gate as well. */
import type { GraphTask } from '../2-graph/graph.ts'
import type { StepKind } from './plan.ts'

export function stepKindOf({ operator, options }: Pick<GraphTask, 'operator' | 'options'>): StepKind {
  switch (options?.kind) {
    case 'sensor':
      return options.mode === 'reschedule' ? 'sensor' : 'lambda'
    case 'human_input':
    case 'deferrable':
      return 'token'
    case 'trigger_dag_run':
      return options.waitForCompletion ? 'token' : 'lambda'
    default:
      return operator === 'service' ? 'service' : 'lambda'
  }
}

/**
 * A plain call can leave itself at its gate and be woken there (decision 0132). What waits for something else as well, or is
 * no call of ours, cannot; nor can a mapped task, of which there are many.
 */
export const canHoldGate = (task: Pick<GraphTask, 'operator' | 'options' | 'mapping'>): boolean =>
  task.mapping === undefined && stepKindOf(task) === 'lambda'
