/** The engine without a port and without a disk: what a world in virtual time is built on. */
import { expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import { startMs } from './harness.ts'

const inMemory = (clock = createVirtualClock(startMs)) =>
  createStepFunctions({
    clock,
    dataDir: null,
    region: 'us-east-1',
    accountId: '111111111111',
    invokeLambda: async () => ({ ok: true, payload: '{}' }),
    callService: async () => ({}),
  })

it('an engine in this process runs a year of waiting when its clock is moved', async () => {
  const clock = createVirtualClock(startMs)
  const core = inMemory(clock)
  const seconds = 364 * 86_400
  const definition = JSON.stringify({ StartAt: 'w', States: { w: { Type: 'Wait', Seconds: seconds, End: true } } })
  const roleArn = 'arn:aws:iam::111111111111:role/role'
  const machine = (await core.call('CreateStateMachine', { name: 'm', definition, roleArn })) as Record<string, unknown>
  const { executionArn } = (await core.call('StartExecution', machine)) as Record<string, unknown>
  await core.atRest()
  expect(await core.call('DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' })
  expect(clock.nextAlarmMs()).toBe(startMs + seconds * 1000)
  clock.advanceTo(startMs + seconds * 1000)
  await core.atRest()
  expect(await core.call('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED' })
  core.close()
})

it("an operation that is not served is refused by AWS's error name", async () => {
  const core = inMemory()
  await expect(core.call('toString', {})).rejects.toMatchObject({ type: 'UnknownOperationException' })
  core.close()
})
