/** How an operator says that its try goes on without it, until the state's token is answered. */
import type { HumanRequest } from '../../run-model/index.ts'

export interface Waiting {
  readonly state: 'deferred' | 'awaiting_input'
  readonly human?: HumanRequest
}

export class TaskDeferred extends Error {
  override readonly name = 'TaskDeferred'
  readonly end: Waiting
  constructor(end: Waiting) {
    super('The task waits for its token.')
    this.end = end
  }
}
