/** UpdateMapRun over the wire: a running Map Run bears more, or runs more at once. */
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  UpdateMapRunCommand,
  type UpdateMapRunInput,
} from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Harness, startHarness } from './harness.ts'

let harness: Harness
beforeEach(async () => {
  harness = await startHarness()
})
afterEach(() => harness.close())

/** Every item waits ten seconds and then fails. */
const machine = {
  QueryLanguage: 'JSONata',
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      Label: 'L',
      Items: [1, 2, 3, 4],
      MaxConcurrency: 1,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'W',
        States: { W: { Type: 'Wait', Seconds: 10, Next: 'F' }, F: { Type: 'Fail', Error: 'E' } },
      },
      End: true,
    },
  },
}

async function startMapRun() {
  const executionArn = await harness.start(await harness.create(machine))
  await harness.settle()
  const { mapRuns } = await harness.client.send(new ListMapRunsCommand({ executionArn }))
  return { executionArn, mapRunArn: mapRuns![0]!.mapRunArn! }
}

async function update(limits: UpdateMapRunInput): Promise<void> {
  await harness.client.send(new UpdateMapRunCommand(limits))
  await harness.settle()
}

const running = async (mapRunArn: string) =>
  (await harness.client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'RUNNING' }))).executions!.length

async function pass(seconds: number): Promise<void> {
  harness.clock.advanceTo(harness.clock.now() + seconds * 1000)
  await harness.settle()
}

it('a higher concurrency starts more items at once', async () => {
  const { mapRunArn } = await startMapRun()
  expect(await running(mapRunArn)).toBe(1)
  await update({ mapRunArn, maxConcurrency: 3 })
  expect(await running(mapRunArn)).toBe(3)
  const described = await harness.client.send(new DescribeMapRunCommand({ mapRunArn }))
  expect(described).toMatchObject({ maxConcurrency: 3, status: 'RUNNING' })
})

it('a failure that is tolerated by now does not end it, and one that is not any more does', async () => {
  const { executionArn, mapRunArn } = await startMapRun()
  await update({ mapRunArn, toleratedFailureCount: 3 })
  await pass(10)
  const status = async () => (await harness.client.send(new DescribeExecutionCommand({ executionArn }))).status
  expect(await status()).toBe('RUNNING')
  await update({ mapRunArn, toleratedFailureCount: 0 })
  expect(await status()).toBe('FAILED')
})

it('one that has ended, or does not exist, or no change at all, is refused', async () => {
  const { executionArn, mapRunArn } = await startMapRun()
  await expect(update({ mapRunArn })).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(update({ mapRunArn, toleratedFailurePercentage: 101 })).rejects.toThrow(
    "Value '101' at 'toleratedFailurePercentage' failed to satisfy constraint: Member must have value less than or equal to 100",
  )
  await harness.finish(executionArn)
  await expect(update({ mapRunArn, maxConcurrency: 2 })).rejects.toThrow(/Map Run is FAILED and cannot be updated/)
  await expect(update({ mapRunArn: `${mapRunArn}x`, maxConcurrency: 2 })).rejects.toMatchObject({
    name: 'ResourceNotFound',
  })
})
