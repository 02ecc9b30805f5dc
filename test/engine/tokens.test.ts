/** Task tokens and gates: who may answer, when, and what happens to an answer that comes too early or too late. */
import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn'
import { describe, expect, it } from 'vitest'
import { makeToken } from '../../local/step-functions/integrations/token.ts'
import { errorNamed, type Harness, type HarnessOptions, startHarness } from './harness.ts'

/** The gate a compiler emits: stores its token with one conditional update. */
const gate = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
  Arguments: { Token: '{% $states.context.Task.Token %}' },
  TimeoutSeconds: 100,
}

const machine = (task: object, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'G',
  States: { G: task, ...more },
})

/** Keeps the tokens the gate stored, newest last. */
function keeper(after: (token: string, harness: Pick<Harness, 'client'>) => unknown = () => ({})) {
  const tokens: string[] = []
  const service: HarnessOptions['service'] = (_service, _action, args, harness) => {
    const { Token } = args as { Token: string }
    tokens.push(Token)
    return after(Token, harness)
  }
  return { tokens, service }
}

async function within(options: HarnessOptions, body: (harness: Harness) => Promise<void>): Promise<void> {
  const harness = await startHarness(options)
  try {
    await body(harness)
  } finally {
    await harness.close()
  }
}

describe('a task that waits for its token', () => {
  it('ends with what SendTaskSuccess brings', async () => {
    const { tokens, service } = keeper()
    await within({ service }, async (harness) => {
      const arn = await harness.start(await harness.create(machine({ ...gate, End: true })))
      await harness.settle()
      await harness.client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"open":true}' }))
      const { output, events } = await harness.finish(arn)
      expect(output).toEqual({ open: true })
      expect(events.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded'])
    })
  })

  it('fails with what SendTaskFailure brings', async () => {
    const { tokens, service } = keeper()
    await within({ service }, async (harness) => {
      const arn = await harness.start(await harness.create(machine({ ...gate, End: true })))
      await harness.settle()
      await harness.client.send(new SendTaskFailureCommand({ taskToken: tokens[0], error: 'Denied', cause: 'by hand' }))
      expect(await harness.finish(arn)).toMatchObject({ status: 'FAILED', error: 'Denied', cause: 'by hand' })
    })
  })

  it('remembers an answer that arrives before its call has returned', async () => {
    const { service } = keeper(async (taskToken, { client }) => {
      await client.send(new SendTaskSuccessCommand({ taskToken, output: '"early"' }))
      return { stored: true }
    })
    await within({ service }, async (harness) => {
      const { output, events } = await harness.run(machine({ ...gate, End: true }))
      expect(output).toBe('early')
      expect(events.slice(4, 6)).toEqual(['TaskSubmitted', 'TaskSucceeded'])
    })
  })

  it('goes on by Catch when the condition of its call fails', async () => {
    const service = () => {
      throw errorNamed('ConditionalCheckFailedException', 'The conditional request failed')
    }
    await within({ service }, async (harness) => {
      const task = {
        ...gate,
        Retry: [
          { ErrorEquals: ['DynamoDb.ConditionalCheckFailedException'], MaxAttempts: 0 },
          { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 8 },
        ],
        Catch: [
          { ErrorEquals: ['DynamoDb.ConditionalCheckFailedException'], Output: '{% $states.input %}', Next: 'D' },
        ],
        Next: 'D',
      }
      const { status, output, events } = await harness.run(machine(task, { D: { Type: 'Pass', End: true } }), {
        kept: 1,
      })
      expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { kept: 1 } })
      expect(events).toHaveLength(9) // 5 of the gate: an open gate never waits
    })
  })

  it('gets a new token after a timeout, and the old one is refused', async () => {
    const { tokens, service } = keeper()
    await within({ service }, async (harness) => {
      const task = {
        ...gate,
        Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, BackoffRate: 1 }],
        End: true,
      }
      const arn = await harness.start(await harness.create(machine(task)))
      await harness.settle()
      harness.clock.advanceTo(harness.clock.now() + 100_000)
      await harness.settle()
      harness.clock.advanceTo(harness.clock.now() + 1000)
      await harness.settle()
      expect(new Set(tokens).size).toBe(2)
      const late = harness.client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '1' }))
      await expect(late).rejects.toBeInstanceOf(TaskTimedOut)
      await harness.client.send(new SendTaskSuccessCommand({ taskToken: tokens[1], output: '2' }))
      expect((await harness.finish(arn)).output).toBe(2)
    })
  })

  it('fails with States.HeartbeatTimeout when heartbeats stop, and lives while they come', async () => {
    const { tokens, service } = keeper()
    await within({ service }, async (harness) => {
      const arn = await harness.start(await harness.create(machine({ ...gate, HeartbeatSeconds: 10, End: true })))
      await harness.settle()
      const begunMs = harness.clock.now()
      harness.clock.advanceTo(begunMs + 8000)
      await harness.client.send(new SendTaskHeartbeatCommand({ taskToken: tokens[0] }))
      harness.clock.advanceTo(begunMs + 12_000)
      await harness.settle()
      const { error, history } = await harness.finish(arn)
      expect(error).toBe('States.HeartbeatTimeout')
      expect(history.at(-1)!.timestamp!.getTime() - begunMs).toBe(18_000)
    })
  })

  it('takes heartbeats that nobody asked for', async () => {
    const { tokens, service } = keeper()
    await within({ service }, async (harness) => {
      const arn = await harness.start(await harness.create(machine({ ...gate, End: true })))
      await harness.settle()
      await harness.client.send(new SendTaskHeartbeatCommand({ taskToken: tokens[0] }))
      harness.clock.advanceTo(harness.clock.now() + 8000)
      await harness.client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '1' }))
      expect(await harness.finish(arn)).toMatchObject({ status: 'SUCCEEDED' })
    })
  })

  it('answers one sender and refuses the second', async () => {
    const { tokens, service } = keeper()
    await within({ service }, async (harness) => {
      await harness.start(await harness.create(machine({ ...gate, End: true })))
      await harness.settle()
      const send = () => harness.client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '1' }))
      await send()
      await expect(send()).rejects.toBeInstanceOf(TaskTimedOut)
    })
  })

  it('cannot be answered once its execution was stopped', async () => {
    const { tokens, service } = keeper()
    await within({ service }, async (harness) => {
      const arn = await harness.start(await harness.create(machine({ ...gate, End: true })))
      await harness.settle()
      await harness.client.send(new StopExecutionCommand({ executionArn: arn, error: 'Enough', cause: 'user' }))
      expect(await harness.finish(arn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'user' })
      const late = harness.client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '1' }))
      await expect(late).rejects.toBeInstanceOf(TaskTimedOut)
    })
  })

  it('refuses what is no token and what belongs to no execution', async () => {
    await within({}, async (harness) => {
      const send = (taskToken: string) => harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))
      await expect(send('nonsense')).rejects.toBeInstanceOf(InvalidToken)
      const unknown = makeToken({ machineName: 'none', executionName: 'none', scopeId: 0 })
      await expect(send(unknown)).rejects.toBeInstanceOf(TaskDoesNotExist)
    })
  })

  it('passes its token to a function as well', async () => {
    const task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'work', Payload: { token: '{% $states.context.Task.Token %}' } },
      End: true,
    }
    const work = async (event: unknown, { client }: Pick<Harness, 'client'>) => {
      const { token } = event as { token: string }
      await client.send(new SendTaskSuccessCommand({ taskToken: token, output: '"done"' }))
    }
    await within({ lambdas: { work } }, async (harness) => {
      expect((await harness.run(machine(task))).output).toBe('done')
    })
  })
})
