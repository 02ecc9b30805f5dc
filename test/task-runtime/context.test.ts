import { describe, expect, test } from 'vitest'
import { getClient, getContext, type TaskContext } from '../../dag-compiler/define.ts'
import type { RunningRun } from '../../run-model/index.ts'
import { memoryStore } from './support/memory-store.ts'
import { openPromise } from './support/open-promise.ts'
import { runningRun, scene, sceneOn } from './support/scene.ts'

describe('getContext', () => {
  test('says which try of which run this is', async () => {
    const seen: TaskContext[] = []
    const s = scene({ tasks: { a: { retries: 2, handler: () => void seen.push(getContext()) } } })
    await s.call('a')
    expect(seen[0]).toMatchObject({
      dagId: 'sales',
      taskId: 'a',
      runId: runningRun.runId,
      tryNumber: 1,
      maxTries: 3,
      mapIndex: -1,
      logicalDate: new Date('2026-03-01T06:00:00Z'),
      dataIntervalStart: new Date('2026-03-01T05:00:00Z'),
      dataIntervalEnd: new Date('2026-03-01T06:00:00Z'),
      runAfter: new Date('2026-03-01T06:00:00Z'),
      conf: { region: 'eu' },
      dagVersion: 3,
    })
  })

  test('has no dates in a run without logical date', async () => {
    const seen: TaskContext[] = []
    const run: RunningRun = { ...runningRun, logicalDate: null, dataInterval: null }
    const s = sceneOn(memoryStore([run]), { tasks: { a: { handler: () => void seen.push(getContext()) } } })
    await s.call('a')
    expect(seen[0]).toMatchObject({ logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null })
  })

  test('survives await, also while another task runs in the same process', async () => {
    const both = openPromise<void>()
    const seen: string[] = []
    const waitAndLook = async () => {
      await both.promise
      await Promise.resolve()
      seen.push(getContext().taskId)
    }
    const s = scene({
      tasks: {
        a: { handler: waitAndLook },
        b: {
          handler: async () => {
            both.resolve()
            await waitAndLook()
          },
        },
      },
    })
    await Promise.all([s.call('a'), s.call('b')])
    expect(seen.sort()).toEqual(['a', 'b'])
  })

  test('throws outside a handler', () => {
    expect(() => getContext()).toThrow('outside a task')
  })

  test('logs with the names of the try', async () => {
    const s = scene({ tasks: { a: { handler: () => getContext().log.warn('few rows', { rows: 2 }) } } })
    await s.call('a')
    expect(s.lines).toContainEqual({
      level: 'warn',
      message: 'few rows',
      fields: expect.objectContaining({ rows: 2, dagId: 'sales', taskId: 'a', tryNumber: 1, runId: runningRun.runId }),
    })
  })
})

describe('getClient', () => {
  const run = <T>(work: (client: ReturnType<typeof getClient>) => Promise<T>, options: Parameters<typeof scene>[0]) => {
    const answers: T[] = []
    const handler = async () => void answers.push(await work(getClient()))
    const s = scene({ ...options, tasks: { ...options.tasks, a: { ...options.tasks.a, handler } } })
    const answer = async () => {
      await s.call('a')
      return answers[0]
    }
    return { s, answer }
  }

  test('reads XComs of its own task by default and of other tasks by id', async () => {
    const { s, answer } = run(
      async (client) => {
        await client.setXCom({ key: 'mine', value: [1] })
        return [await client.getXCom({ key: 'mine' }), await client.getXCom({ key: 'k', taskId: 'other' })]
      },
      { tasks: {} },
    )
    await s.store.putXCom(runningRun, { taskId: 'other', mapIndex: -1, key: 'k', value: 'theirs', timestamp: '' })
    expect(await answer()).toEqual([[1], 'theirs'])
  })

  test('answers null for an XCom that nobody pushed', async () => {
    expect(await run((client) => client.getXCom({ key: 'none' }), { tasks: {} }).answer()).toBeNull()
  })

  test('searches earlier runs, newest first, only when asked to', async () => {
    const day = (n: number): RunningRun => ({ ...runningRun, runId: `day${n}`, runAfter: `2026-02-0${n}T06:00:00Z` })
    const later: RunningRun = { ...runningRun, runId: 'later', runAfter: '2026-03-02T06:00:00Z' }
    const store = memoryStore([day(1), day(2), day(3), runningRun, later])
    const answers: unknown[] = []
    const handler = async () => {
      answers.push(await getClient().getXCom({ key: 'k', taskId: 'b' }))
      answers.push(await getClient().getXCom({ key: 'k', taskId: 'b', includePriorDates: true }))
    }
    for (const ref of [day(1), day(2), later]) {
      await store.putXCom(ref, { taskId: 'b', mapIndex: -1, key: 'k', value: ref.runId, timestamp: '' })
    }
    await sceneOn(store, { tasks: { a: { handler } } }).call('a')
    expect(answers).toEqual([null, 'day2'])
  })

  test('reads variables from secrets, then from the table, and writes to the table', async () => {
    const secrets = { variable: async (key: string) => (key === 'x' ? 'secret' : null), connection: async () => null }
    const { s, answer } = run(
      async (client) => {
        await client.setVariable('x', 'table')
        await client.setVariable('y', 'table')
        await client.setVariable('z', 'gone')
        await client.deleteVariable('z')
        return Promise.all(['x', 'y', 'z'].map((key) => client.getVariable(key)))
      },
      { tasks: {}, secrets },
    )
    expect(await answer()).toEqual(['secret', 'table', null])
    expect(Object.fromEntries(s.store.variables)).toEqual({ x: 'table', y: 'table' })
  })

  test('fails the try for a variable or connection that must be there', async () => {
    const variable = run((client) => client.getVariableOrThrow('v'), { tasks: {} })
    await expect(variable.answer()).rejects.toMatchObject({ name: 'VariableNotFoundError' })
    const connection = run((client) => client.getConnectionOrThrow('c'), { tasks: {} })
    await expect(connection.answer()).rejects.toMatchObject({ name: 'ConnectionNotFoundError' })
  })

  test('reads a connection, and none of it is logged or recorded', async () => {
    const { parseConnection } = await import('../../lambdas/task-runtime/parse-connection.ts')
    const secrets = {
      variable: async () => null,
      connection: async (id: string) => parseConnection(id, 'postgres://u:topsecret@h'),
    }
    const { s, answer } = run(async (client) => void (await client.getConnectionOrThrow('wh')), { tasks: {}, secrets })
    await answer()
    expect(JSON.stringify([s.lines, await s.record('a')])).not.toContain('topsecret')
  })
})
