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

/** Answers what the function said and how many retries AWS would count. */
function lambdaTask(retry: unknown) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'work', Payload: {} },
    ...(retry === undefined ? {} : { Retry: retry }),
    Output: { answer: '{% $states.result.Payload %}', retries: '{% $states.context.State.RetryCount %}' },
    End: true,
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

  describe('a call that was in flight at every stop', () => {
    /** Lives `stops` lifetimes in which the function never answers, then one in which `work` does. */
    async function interruptedOften(retry: unknown, stops: number, work: () => unknown = () => 'done') {
      const definition = { QueryLanguage: 'JSONata', StartAt: 'T', States: { T: lambdaTask(retry) } }
      const hang = { lambdas: { work: () => new Promise(() => {}) } }
      const arn = await live(
        0,
        async (harness) => {
          const started = await harness.start(await harness.create(definition, 'one'))
          await harness.settle()
          return started
        },
        hang,
      )
      for (let stop = 1; stop < stops; stop++) {
        await live(
          stop * 100,
          async (harness) => {
            await harness.settle()
            harness.clock.advanceTo(startMs + (stop * 100 + 50) * 1000)
            await harness.settle()
          },
          hang,
        )
      }
      return live(stops * 100, (harness) => harness.finish(arn), { lambdas: { work } })
    }
    const retrier = (fields: object) => [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 7, ...fields }]

    it('is made again at once after each, and the retries it has do not become fewer', async () => {
      const failures = { left: 3 }
      const { status, output, history, events } = await interruptedOften(retrier({ BackoffRate: 1 }), 6, () => {
        if (failures.left-- > 0) throw Object.assign(new Error('no line'), { name: 'Lambda.SdkClientException' })
        return 'done'
      })
      expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { answer: 'done', retries: 3 } })
      expect(events.filter((event) => event === 'TaskFailed')).toHaveLength(6 + 3)
      const lastStop = history.filter((event) =>
        event.taskFailedEventDetails?.cause?.includes('local world stopped'),
      )[5]!
      const next = history[Number(lastStop.id)]! // ids count from 1
      expect(next.timestamp!.getTime() - lastStop.timestamp!.getTime()).toBe(0)
    })

    it('has as many retries left as before when their number is used up', async () => {
      const { status, events } = await interruptedOften(retrier({ MaxAttempts: 1 }), 3, () => {
        throw Object.assign(new Error('no line'), { name: 'Lambda.SdkClientException' })
      })
      expect(status).toBe('FAILED')
      expect(events.filter((event) => event === 'TaskFailed')).toHaveLength(3 + 2)
    })

    it.each([
      ['there is no Retry', undefined],
      ['no retrier is for it', [{ ErrorEquals: ['Other'] }]],
      ['its retrier makes no attempt', retrier({ MaxAttempts: 0 })],
    ])('fails the state at the first stop when %s', async (_case, retry) => {
      const { status, error } = await interruptedOften(retry, 1)
      expect({ status, error }).toEqual({ status: 'FAILED', error: 'Lambda.SdkClientException' })
    })

    it('is not counted by the Retry of the Parallel around it either', async () => {
      const branch = { StartAt: 'T', States: { T: lambdaTask(undefined) } }
      const parallel = { Type: 'Parallel', Branches: [branch], Retry: retrier({ MaxAttempts: 1 }), End: true }
      const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: parallel } }
      const hang = { lambdas: { work: () => new Promise(() => {}) } }
      const arn = await live(0, async (harness) => harness.start(await harness.create(definition, 'one')), hang)
      for (const second of [100, 200, 300]) {
        await live(
          second,
          async (harness) => {
            await harness.settle()
            harness.clock.advanceTo(startMs + (second + 50) * 1000)
            await harness.settle()
          },
          hang,
        )
      }
      expect(await live(400, (harness) => harness.finish(arn), { lambdas: { work: () => 1 } })).toMatchObject({
        status: 'SUCCEEDED',
      })
    })
  })

  it('calls that were in flight side by side are each made once more, not twice', async () => {
    const retry = [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 1 }]
    const branch = { StartAt: 'T', States: { T: lambdaTask(retry) } }
    const named = (name: string) => ({ StartAt: name, States: { [name]: branch.States.T } })
    const parallel = { Type: 'Parallel', Branches: [named('A'), named('B'), named('C')], End: true }
    const definition = { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: parallel } }
    const hang = { lambdas: { work: () => new Promise(() => {}) } }
    const arn = await live(
      0,
      async (harness) => {
        const started = await harness.start(await harness.create(definition, 'one'))
        await harness.settle()
        return started
      },
      hang,
    )
    await live(
      9,
      async (harness) => {
        expect(await harness.finish(arn)).toMatchObject({ status: 'SUCCEEDED' })
        expect(harness.calls).toHaveLength(3)
      },
      { lambdas: { work: () => 1 } },
    )
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

  it('a damaged definition is whole again after the next deploy', async () => {
    await live(0, (harness) => harness.create(wait, 'one'))
    const definitions = join(folder.path, 'definitions')
    for (const file of readdirSync(definitions)) writeFileSync(join(definitions, file), 'garbage')
    await live(1, async (harness) => {
      await harness.create(wait, 'one')
      expect(readdirSync(definitions).map((file) => readFileSync(join(definitions, file), 'utf8'))).not.toContain(
        'garbage',
      )
    })
  })

  it('a damaged machine file is put aside with a notice', async () => {
    await live(0, (harness) => harness.create(wait, 'one'))
    writeFileSync(join(folder.path, 'machines', 'one.json'), '{')
    const notices: string[] = []
    await live(1, (harness) => harness.create(wait, 'two'), { onNotice: (notice) => void notices.push(notice.what) })
    expect(notices[0]).toContain('one.json.damaged')
  })
})
