/** What a data folder brings back: over the wire, with torn and damaged files. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeExecutionCommand, ListExecutionsCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { type Harness, type HarnessOptions, startHarness, startMs } from './harness.ts'

const folder = { path: '' }
beforeEach(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'stepdag-restart-'))
})
afterEach(() => rmSync(folder.path, { recursive: true }))

/** One lifetime on the folder, `atSeconds` after the first one began. */
async function live<T>(
  atSeconds: number,
  body: (harness: Harness) => Promise<T>,
  options: HarnessOptions = {},
): Promise<T> {
  const harness = await startHarness({
    ...options,
    dataDir: folder.path,
    clock: createVirtualClock(startMs + atSeconds * 1000),
  })
  try {
    return await body(harness)
  } finally {
    await harness.close()
  }
}

const wait = { QueryLanguage: 'JSONata', StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } }
const logOf = (name: string) => join(folder.path, 'logs', 'one', `${name}.jsonl`)

describe('after a restart', () => {
  it('a wait ends when it should have, even if that was while nothing ran', async () => {
    const arn = await live(0, async (harness) => harness.start(await harness.create(wait, 'one'), {}, 'run'))
    const { history } = await live(600, (harness) => harness.finish(arn))
    expect(history.map((event) => (event.timestamp!.getTime() - startMs) / 1000)).toEqual([0, 0, 600, 600])
  })

  it('a task token is still good, and its call is not made again', async () => {
    const tokens: string[] = []
    const service = (_service: string, _action: string, args: unknown) =>
      void tokens.push((args as { Token: string }).Token)
    const gate = {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
      Arguments: { Token: '{% $states.context.Task.Token %}' },
      End: true,
    }
    const definition = { QueryLanguage: 'JSONata', StartAt: 'G', States: { G: gate } }
    const arn = await live(
      0,
      async (harness) => {
        const started = await harness.start(await harness.create(definition, 'one'))
        await harness.settle()
        return started
      },
      { service },
    )
    await live(
      5,
      async (harness) => {
        await harness.client.send(new SendTaskSuccessCommand({ taskToken: tokens[0], output: '"still"' }))
        expect((await harness.finish(arn)).output).toBe('still')
      },
      { service },
    )
    expect(tokens).toHaveLength(1)
  })

  it('a function that was running fails with Lambda.SdkClientException and follows Retry', async () => {
    const task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'work', Payload: {} },
      Retry: [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 1 }],
      Output: '{% $states.result.Payload %}',
      End: true,
    }
    const definition = { QueryLanguage: 'JSONata', StartAt: 'T', States: { T: task } }
    const arn = await live(
      0,
      async (harness) => {
        const started = await harness.start(await harness.create(definition, 'one'))
        await harness.settle()
        return started
      },
      { lambdas: { work: () => new Promise(() => {}) } },
    )
    const { output, history, events } = await live(9, (harness) => harness.finish(arn), {
      lambdas: { work: () => 'second' },
    })
    expect(output).toBe('second')
    expect(events.slice(2, 7)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskFailed', 'TaskScheduled', 'TaskStarted'])
    expect(history[4]!.taskFailedEventDetails).toMatchObject({
      error: 'Lambda.SdkClientException',
      cause: /local world stopped/,
    })
  })

  it('machines, versions and closed executions are found, names stay taken, and the end is announced again', async () => {
    const arn = await live(0, async (harness) =>
      harness.finish(await harness.start(await harness.create(wait, 'one'), {}, 'run')),
    )
    await live(100, async (harness) => {
      const stateMachineArn = await harness.create(wait, 'one')
      const listed = await harness.client.send(new ListExecutionsCommand({ stateMachineArn }))
      expect(listed.executions).toMatchObject([{ name: 'run', status: 'SUCCEEDED' }])
      await expect(harness.start(stateMachineArn, {}, 'run')).rejects.toThrow(/Already Exists/)
      expect(await harness.history(arn.arn)).toHaveLength(4)
      expect(harness.changes).toMatchObject([{ name: 'run', status: 'SUCCEEDED' }])
    })
  })

  it('an end of long ago is not announced again', async () => {
    await live(0, async (harness) => {
      const machine = await harness.create(wait, 'one')
      await harness.finish(await harness.start(machine, {}, 'old'))
      harness.clock.advanceTo(startMs + 3_600_000)
      await harness.finish(await harness.start(machine, {}, 'new'))
    })
    await live(9000, async (harness) => expect(harness.changes.map((change) => change.name)).toEqual(['new']))
  })

  it('a torn last line is cut off and the execution goes on', async () => {
    const arn = await live(0, async (harness) => harness.start(await harness.create(wait, 'one'), {}, 'run'))
    appendFileSync(logOf('run'), '{"type":"WaitStateExi')
    expect(await live(70, (harness) => harness.finish(arn))).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('a damaged log is put aside with a notice, and the other executions go on', async () => {
    const notices: string[] = []
    const arns = await live(0, async (harness) => {
      const machine = await harness.create(wait, 'one')
      return [await harness.start(machine, {}, 'bad'), await harness.start(machine, {}, 'good')]
    })
    const lines = readFileSync(logOf('bad'), 'utf8').split('\n')
    writeFileSync(logOf('bad'), [lines[0], 'garbage', ...lines.slice(2)].join('\n'))
    await live(
      70,
      async (harness) => {
        expect(await harness.finish(arns[1]!)).toMatchObject({ status: 'SUCCEEDED' })
        await expect(harness.client.send(new DescribeExecutionCommand({ executionArn: arns[0]! }))).rejects.toThrow(
          /Does Not Exist/,
        )
      },
      { onNotice: (notice) => void notices.push(notice.what) },
    )
    expect(notices).toHaveLength(1)
    expect(notices[0]).toContain('bad.jsonl.damaged')
    expect(readdirSync(join(folder.path, 'logs', 'one')).sort()).toEqual(['bad.jsonl.damaged', 'good.jsonl'])
  })

  it('a damaged machine file is put aside with a notice', async () => {
    await live(0, (harness) => harness.create(wait, 'one'))
    writeFileSync(join(folder.path, 'machines', 'one.json'), '{')
    const notices: string[] = []
    await live(1, (harness) => harness.create(wait, 'two'), { onNotice: (notice) => void notices.push(notice.what) })
    expect(notices[0]).toContain('one.json.damaged')
  })
})
