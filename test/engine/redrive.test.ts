/** RedriveExecution. Source: AWS, "Restarting state machine executions with redrive in Step Functions". */
import { DescribeExecutionCommand, RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { afterEach, expect, it } from 'vitest'
import { expectTree, invoke } from './cases.ts'
import { errorNamed, type Harness, startHarness } from './harness.ts'

const open: Harness[] = []
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close()
})

/** Functions fail while their name is in `broken`; `calls` counts by event. */
async function world() {
  const broken = new Set<unknown>()
  const calls: unknown[] = []
  const work = (event: unknown) => {
    calls.push(event)
    if (broken.has(event)) throw errorNamed('Broken', String(event))
    return event
  }
  const harness = await startHarness({ lambdas: { work } })
  open.push(harness)
  return { harness, broken, calls }
}

const task = (name: string, more: object = { End: true }) => ({ ...invoke(name), Output: name, ...more })
const chain = { StartAt: 'A', States: { A: task('a', { Next: 'B' }), B: task('b') } }
const machine = (region: object) => ({ QueryLanguage: 'JSONata', ...region })
const redrive = (harness: Harness, executionArn: string, clientToken?: string) =>
  harness.client.send(new RedriveExecutionCommand({ executionArn, ...(clientToken ? { clientToken } : {}) }))

it('only what failed runs again, and the execution succeeds', async () => {
  const { harness, broken, calls } = await world()
  broken.add('b')
  const failed = await harness.run(machine(chain))
  expect(failed.status).toBe('FAILED')
  broken.clear()
  await redrive(harness, failed.arn)
  const finished = await harness.finish(failed.arn)
  expect(finished).toMatchObject({ status: 'SUCCEEDED', output: 'b' })
  expect(calls).toEqual(['a', 'b', 'b'])
  expect(finished.events.slice(failed.events.length)).toEqual([
    'ExecutionRedriven',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited:B',
    'ExecutionSucceeded',
  ])
  expect(finished.history[failed.events.length]!.executionRedrivenEventDetails).toEqual({ redriveCount: 1 })
  expectTree(finished)
})

it('in a Parallel only failed and stopped branches go on', async () => {
  const { harness, broken, calls } = await world()
  broken.add('b')
  const waits = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, Next: 'C' }, C: task('c') } }
  const done = { StartAt: 'D', States: { D: task('d') } }
  const parallel = { Type: 'Parallel', Branches: [done, chain, waits], End: true }
  const failed = await harness.run(machine({ StartAt: 'P', States: { P: parallel } }))
  expect(failed).toMatchObject({ status: 'FAILED', error: 'Broken' })
  broken.clear()
  await redrive(harness, failed.arn)
  const finished = await harness.finish(failed.arn)
  expect(finished).toMatchObject({ status: 'SUCCEEDED', output: ['d', 'b', 'c'] })
  expect([...calls].sort()).toEqual(['a', 'b', 'b', 'c', 'd'])
  expectTree(finished)
})

it('in an inline Map only failed iterations run again', async () => {
  const { harness, broken, calls } = await world()
  broken.add(2)
  const map = {
    Type: 'Map',
    Items: [1, 2, 3],
    MaxConcurrency: 1,
    ItemProcessor: { StartAt: 'I', States: { I: { ...invoke('{% $states.input %}'), Output: 'done', End: true } } },
    End: true,
  }
  const failed = await harness.run(machine({ StartAt: 'M', States: { M: map } }))
  broken.clear()
  await redrive(harness, failed.arn)
  const finished = await harness.finish(failed.arn)
  expect(finished).toMatchObject({ status: 'SUCCEEDED', output: ['done', 'done', 'done'] })
  expect(calls).toEqual([1, 2, 2, 3])
})

it('retries count from zero again, and the context object tells how often it was redriven', async () => {
  const { harness, broken, calls } = await world()
  broken.add('a')
  const Output = '{% $states.context.Execution.RedriveCount %}'
  const retried = task('a', { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }], Output, End: true })
  const failed = await harness.run(machine({ StartAt: 'A', States: { A: retried } }))
  expect(calls).toHaveLength(3)
  await redrive(harness, failed.arn)
  const again = await harness.finish(failed.arn)
  expect(again.status).toBe('FAILED')
  expect(calls).toHaveLength(6)
  broken.clear()
  await redrive(harness, failed.arn)
  expect(await harness.finish(failed.arn)).toMatchObject({ status: 'SUCCEEDED', output: 2 })
})

it('a stopped wait begins anew', async () => {
  const { harness } = await world()
  const wait = machine({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } })
  const executionArn = await harness.start(await harness.create(wait))
  await harness.settle()
  await harness.client.send(new StopExecutionCommand({ executionArn }))
  await redrive(harness, executionArn)
  expect((await harness.finish(executionArn)).status).toBe('SUCCEEDED')
})

it('DescribeExecution says whether it can be redriven, and a token makes the call idempotent', async () => {
  const { harness, broken } = await world()
  broken.add('b')
  const failed = await harness.run(machine(chain))
  const describe = () => harness.client.send(new DescribeExecutionCommand({ executionArn: failed.arn }))
  expect(await describe()).toMatchObject({ redriveCount: 0, redriveStatus: 'REDRIVABLE' })
  broken.clear()
  const first = await redrive(harness, failed.arn, 't')
  expect(await redrive(harness, failed.arn, 't')).toMatchObject({ redriveDate: first.redriveDate })
  await harness.finish(failed.arn)
  expect(await describe()).toMatchObject({
    redriveCount: 1,
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  })
  await expect(redrive(harness, failed.arn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' })
})

it('after 14 days it is too late', async () => {
  const { harness, broken } = await world()
  broken.add('b')
  const failed = await harness.run(machine(chain))
  harness.clock.advanceTo(harness.clock.now() + 14 * 86_400_000 + 1)
  await expect(redrive(harness, failed.arn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' })
})
