import { describe, expect, it } from 'vitest'
import { runReport } from '../../local/events/run-reports.ts'
import { statusEvents } from '../../local/events/status-events.ts'
import type { StatusChange } from '../../local/step-functions/index.ts'

const change: StatusChange = {
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:stepdag-dag-hello:hello-1-1',
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:stepdag-dag-hello',
  name: 'hello-1-1',
  status: 'SUCCEEDED',
  startDate: Date.parse('2026-03-01T00:00:00Z'),
  stopDate: Date.parse('2026-03-01T00:00:05Z'),
  input: '{"^run":{"dagId":"hello","runId":"manual__x"}}',
  output: '{}',
  error: null,
  cause: null,
}

describe('a status change', () => {
  it("reaches the reconciler in EventBridge's envelope", () => {
    const events: string[] = []
    const options = { region: 'us-east-1', accountId: '000000000000', now: () => Date.parse('2026-03-01T00:00:06Z') }
    statusEvents({ ...options, deliver: (payload) => events.push(payload) })(change)
    expect(JSON.parse(events[0] ?? '')).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: '000000000000',
      time: '2026-03-01T00:00:06.000Z',
      region: 'us-east-1',
      resources: [change.executionArn],
      detail: change,
    })
  })

  it('is told to a person as a run, unless an earlier world has told it', () => {
    expect(runReport(change, 0)).toEqual({ kind: 'run', dagId: 'hello', runId: 'manual__x', state: 'success' })
    expect(runReport({ ...change, status: 'TIMED_OUT' }, 0)?.state).toBe('failed')
    expect(runReport(change, Date.parse('2026-03-01T00:01:00Z'))).toBeNull()
  })

  it('of an execution that is not a run is told to nobody', () => {
    expect(runReport({ ...change, input: '{}' }, 0)).toBeNull()
    expect(runReport({ ...change, input: 'null' }, 0)).toBeNull()
    expect(runReport({ ...change, input: 'not JSON' }, 0)).toBeNull()
  })
})
