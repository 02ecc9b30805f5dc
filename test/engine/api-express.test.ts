/** EXPRESS machines: run to the end in one call, or started and left alone. */
import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorNamed, type Harness, startHarness } from './harness.ts'

let harness: Harness
/** AWS serves StartSyncExecution under another name, which a loopback address cannot have. */
let client: SFNClient
beforeEach(async () => {
  const slow = async (_: unknown, { clock }: Pick<Harness, 'clock'>) =>
    new Promise((resolve) => clock.alarm(clock.now() + 230, () => resolve('done')))
  const fall = () => {
    throw errorNamed('NoGround', 'fell')
  }
  harness = await startHarness({ lambdas: { slow, fall } })
  client = new SFNClient({
    endpoint: harness.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    disableHostPrefix: true,
    maxAttempts: 1,
  })
})
afterEach(async () => {
  client.destroy()
  await harness.close()
})

const machine = (state: object) => ({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { ...state, End: true } } })
const invoke = (name: string) =>
  machine({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: name } })

async function create(definition: object, name = 'fast'): Promise<string> {
  const roleArn = 'arn:aws:iam::111111111111:role/role'
  const request = { name, type: 'EXPRESS', definition: JSON.stringify(definition), roleArn } as const
  return (await client.send(new CreateStateMachineCommand(request))).stateMachineArn!
}

/** Lets time pass until the call answers. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const fate = { over: false }
  const ended = work.finally(() => {
    fate.over = true
  })
  ended.catch(() => undefined)
  for (let turn = 0; !fate.over && turn < 2000; turn++) {
    await harness.settle()
    const next = harness.clock.nextAlarmMs()
    if (next !== null && harness.calls.length > 0) harness.clock.advanceTo(next)
  }
  return ended
}

describe('StartSyncExecution', () => {
  it('answers when the execution has ended, with what AWS would bill', async () => {
    const stateMachineArn = await create(invoke('slow'))
    const answer = await inTime(
      client.send(new StartSyncExecutionCommand({ stateMachineArn, name: 'n', input: '{"a":1}' })),
    )
    expect(answer).toMatchObject({
      name: 'n',
      stateMachineArn,
      status: 'SUCCEEDED',
      input: '{"a":1}',
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 300 },
    })
    expect(JSON.parse(answer.output!).Payload).toBe('done')
    expect(answer.executionArn).toMatch(/^arn:aws:states:us-east-1:111111111111:express:fast:n:[0-9a-f-]{36}$/)
    expect(answer.stopDate!.getTime() - answer.startDate!.getTime()).toBe(230)
  })

  it('answers a failure as an execution that failed', async () => {
    const stateMachineArn = await create(invoke('fall'))
    const answer = await client.send(new StartSyncExecutionCommand({ stateMachineArn }))
    expect(answer).toMatchObject({ status: 'FAILED', error: 'NoGround' })
  })

  it('ends after five minutes', async () => {
    const stateMachineArn = await create(machine({ Type: 'Wait', Seconds: 301 }))
    const sent = client.send(new StartSyncExecutionCommand({ stateMachineArn }))
    for (let turn = 0; harness.clock.nextAlarmMs() === null && turn < 2000; turn++) await harness.settle()
    harness.clock.advanceTo(harness.clock.now() + 300_000)
    expect((await sent).status).toBe('TIMED_OUT')
  })

  it('shows names and ids of its own to the states, and no data when none is wanted', async () => {
    const context = '{% $states.context.Execution.Name & " of " & $states.context.StateMachine.Name %}'
    const stateMachineArn = await create(machine({ Type: 'Pass', Output: context }))
    const send = (includedData: 'ALL_DATA' | 'METADATA_ONLY') =>
      client.send(new StartSyncExecutionCommand({ stateMachineArn, name: 'twice', includedData }))
    expect((await send('ALL_DATA')).output).toBe('"twice of fast"')
    const bare = await send('METADATA_ONLY')
    expect(bare).toMatchObject({ status: 'SUCCEEDED', outputDetails: { included: false } })
    expect([bare.input, bare.output]).toEqual([undefined, undefined])
  })

  it('is not for STANDARD machines', async () => {
    const stateMachineArn = await harness.create(machine({ Type: 'Pass' }))
    await expect(client.send(new StartSyncExecutionCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
      message: 'This operation is not supported by this type of state machine',
    })
  })
})

describe('an EXPRESS machine', () => {
  it('may be started under one name again and again, and lists nothing', async () => {
    const stateMachineArn = await create(machine({ Type: 'Pass' }))
    const start = () => client.send(new StartExecutionCommand({ stateMachineArn, name: 'same' }))
    expect((await start()).executionArn).not.toBe((await start()).executionArn)
    await expect(client.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    })
    expect((await client.send(new DescribeStateMachineCommand({ stateMachineArn }))).type).toBe('EXPRESS')
    expect(harness.changes).toEqual([])
  })

  it('can be started by a task of a STANDARD one', async () => {
    const child = await create(machine({ Type: 'Pass', Output: 7 }))
    const Arguments = { StateMachineArn: child, Input: {} }
    const finished = await harness.run(
      machine({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:startSyncExecution', Arguments }),
    )
    expect(finished.output).toMatchObject({ Status: 'SUCCEEDED', Output: '7' })
  })

  it('holds neither activities nor Distributed Maps', async () => {
    const activity = { Type: 'Task', Resource: 'arn:aws:states:us-east-1:111111111111:activity:paint' }
    await expect(create(machine(activity))).rejects.toThrow(/does not support Activity ARN at \/States\/A\/Resource/)
    const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }
    const ItemProcessor = { ProcessorConfig, StartAt: 'B', States: { B: { Type: 'Succeed' } } }
    await expect(create(machine({ Type: 'Map', ItemProcessor }))).rejects.toThrow(
      /'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines at .*\/ProcessorConfig\/Mode/,
    )
  })

  it.each([
    [
      'a task token',
      { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' },
      '.waitForTaskToken',
    ],
    ['a job', { Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2' }, '.sync:2'],
  ])('cannot wait for %s', async (_, state, pattern) => {
    await expect(create(machine(state))).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining(
        `Express state machine does not support '${pattern}' service integration  at /States/A/Resource`,
      ),
    })
  })
})
