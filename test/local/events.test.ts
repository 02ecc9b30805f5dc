import { describe, expect, it } from 'vitest'
import { runReport } from '../../local/events/run-reports.ts'
import { statusEvents } from '../../local/events/status-events.ts'
import { createAsynchronousInvoker } from '../../local/lambda/asynchronous-invoker.ts'
import type { LambdaOutcome, StatusChange } from '../../local/step-functions/index.ts'
import { handClock } from './support/hand-clock.ts'

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
const settled = () => new Promise((resolve) => setImmediate(resolve))

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

describe('an asynchronous invocation', () => {
  function setUp(outcomes: readonly boolean[]) {
    const clock = handClock('2026-03-01T00:00:00Z')
    const calls: string[] = []
    const givenUp: string[] = []
    const failure: LambdaOutcome = { ok: false, error: 'Boom', cause: 'x' }
    const invoker = createAsynchronousInvoker({
      clock,
      invoke: async (name) => (outcomes[calls.push(name) - 1] ? { ok: true, payload: 'null' } : failure),
      onGivenUp: (name, { error }) => givenUp.push(`${name} ${error}`),
    })
    return { clock, calls, givenUp, invoker }
  }

  it('is repeated after a failure', async () => {
    const { clock, calls, givenUp, invoker } = setUp([false, true])
    invoker.invokeLater('f', '{}')
    await settled()
    clock.moveTo('2026-03-01T00:00:01Z')
    await settled()
    clock.moveTo('2026-03-01T01:00:00Z')
    await settled()
    expect(calls).toHaveLength(2)
    expect(givenUp).toEqual([])
  })

  it('is given up after three tries, with a notice', async () => {
    const { clock, calls, givenUp, invoker } = setUp([])
    invoker.invokeLater('f', '{}')
    for (const instant of ['2026-03-01T00:00:01Z', '2026-03-01T00:00:06Z', '2026-03-01T01:00:00Z']) {
      await settled()
      clock.moveTo(instant)
    }
    await settled()
    expect(calls).toHaveLength(3)
    expect(givenUp).toEqual(['f Boom'])
  })

  it('is not repeated once the world closes', async () => {
    const { clock, calls, invoker } = setUp([])
    invoker.invokeLater('f', '{}')
    await settled()
    invoker.close()
    clock.moveTo('2026-03-01T01:00:00Z')
    await settled()
    expect(calls).toHaveLength(1)
  })
})
