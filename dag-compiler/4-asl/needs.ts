/** What a machine touches, for the grants of its role and of its tasks' role. */
import type { DagNumbers, Needs } from './machine.ts'

export function needsOf({ gates }: DagNumbers): Needs {
  return {
    invoke: ['TaskFunction', 'Finalizer'],
    tableActions: gates > 0 ? ['dynamodb:UpdateItem'] : [],
    releasesGates: gates > 0,
  }
}
