/**
 * Status changes of executions → the reconciler, in EventBridge's envelope. In the background and at least once: the
 * engine announces again after a restart what may not have arrived, and the sweep heals the rest.
 */
import { randomUUID } from 'node:crypto'
import type { StatusChange } from '../step-functions/port.ts'

export interface StatusEventOptions {
  readonly region: string
  readonly accountId: string
  readonly now: () => number
  /** Delivers to the reconciler; returns at once. */
  readonly deliver: (payload: string) => void
}

export function statusEvents(options: StatusEventOptions): (change: StatusChange) => void {
  return (change) => options.deliver(JSON.stringify(envelope(options, change)))
}

function envelope({ region, accountId, now }: StatusEventOptions, change: StatusChange) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: accountId,
    time: new Date(now()).toISOString(),
    region,
    resources: [change.executionArn],
    detail: change,
  }
}
