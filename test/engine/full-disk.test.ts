/** A disk that is full refuses cleanly: nobody is told that something happened that a restart would not find. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import { type Disk, nodeDisk } from '../../local/step-functions/storage/disk.ts'
import { account, startMs } from './harness.ts'

const folder = { path: '' }
beforeEach(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'stepdag-full-'))
})
afterEach(() => rmSync(folder.path, { recursive: true }))

/** What the disk does not take now: the names of its files, and which part of a write still fits. */
interface Fullness {
  refuses: RegExp | null
}

function fillingDisk(full: Fullness): Disk {
  const disk = nodeDisk()
  const check = (path: string, writePart: () => void) => {
    if (!full.refuses?.test(path)) return
    writePart()
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
  return {
    ...disk,
    append(path, text) {
      check(path, () => disk.append(path, text.slice(0, 20)))
      disk.append(path, text)
    },
    overwrite(path, text, at) {
      check(path, () => {})
      disk.overwrite(path, text, at)
    },
    replace(path, text) {
      check(path, () => writeFileSync(`${path}.new`, text.slice(0, 20)))
      disk.replace(path, text)
    },
  }
}

async function open(full: Fullness) {
  const notices: string[] = []
  const tokens: string[] = []
  const core = createStepFunctions(
    {
      clock: createVirtualClock(startMs),
      dataDir: folder.path,
      region: 'us-east-1',
      accountId: account,
      invokeLambda: async () => ({ ok: true, payload: '"done"' }),
      callService: async (_service, _action, args) => void tokens.push((args as { Token: string }).Token),
      onNotice: ({ what }) => void notices.push(what),
    },
    fillingDisk(full),
  )
  await core.recover()
  const call = async (operation: string, request: object) =>
    (await core.call(operation, { ...request })) as Record<string, unknown> // answers of many operations
  const create = async (name: string, state: object) => {
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'S',
      States: { S: { ...state, End: true } },
    })
    const roleArn = `arn:aws:iam::${account}:role/role`
    return (await call('CreateStateMachine', { name, roleArn, definition })).stateMachineArn
  }
  const start = (stateMachineArn: unknown) => call('StartExecution', { stateMachineArn, name: 'run' })
  const status = async (arn: unknown) => {
    await core.atRest()
    return (await call('DescribeExecution', { executionArn: arn })).status
  }
  return { ...core, call, create, start, status, notices, tokens }
}

const pass = { Type: 'Pass' }
const gate = {
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
  Arguments: { Token: '{% $states.context.Task.Token %}' },
}

describe('when the disk is full', () => {
  it.each([['journal'], ['lists'], ['logs']])(
    'a start whose %s cannot be written is refused, and works under the same name when there is room',
    async (part) => {
      const full: Fullness = { refuses: null }
      const functions = await open(full)
      const machine = await functions.create('one', pass)
      full.refuses = new RegExp(part)
      await expect(functions.start(machine)).rejects.toThrow(/ENOSPC/)
      const arn = String(machine).replace(':stateMachine:', ':execution:')
      await expect(functions.status(`${arn}:run`)).rejects.toThrow(/Does Not Exist/)
      full.refuses = null
      expect(await functions.status((await functions.start(machine)).executionArn)).toBe('SUCCEEDED')
      functions.close()
      const next = await open({ refuses: null })
      const { executions } = await next.call('ListExecutions', { stateMachineArn: machine, statusFilter: 'SUCCEEDED' })
      expect(executions).toMatchObject([{ name: 'run', status: 'SUCCEEDED' }])
      next.close()
    },
  )

  it('an answer to a token is refused, not called late, and is taken after a restart with room', async () => {
    const full: Fullness = { refuses: null }
    const first = await open(full)
    const { executionArn } = await first.start(await first.create('one', gate))
    await first.atRest()
    const answer = { taskToken: first.tokens[0], output: '"yes"' }
    full.refuses = /logs/
    await expect(first.call('SendTaskSuccess', answer)).rejects.toThrow(/ENOSPC/)
    await expect(first.call('SendTaskSuccess', answer)).rejects.toThrow(/ENOSPC/)
    expect(first.notices).toEqual([expect.stringContaining('ENOSPC')])
    first.close()
    const next = await open({ refuses: null })
    expect(await next.status(executionArn)).toBe('RUNNING')
    await next.call('SendTaskSuccess', answer)
    expect(await next.status(executionArn)).toBe('SUCCEEDED')
    next.close()
  })

  it('a parent learns of the end of a child that cannot be filed, and a restart files it', async () => {
    const full: Fullness = { refuses: null }
    const functions = await open(full)
    const machine = await functions.create('child', gate)
    const resource = 'arn:aws:states:::states:startExecution.sync:2'
    const parent = { Type: 'Task', Resource: resource, Arguments: { StateMachineArn: machine, Name: 'run' } }
    const { executionArn } = await functions.start(await functions.create('parent', parent))
    await functions.atRest()
    full.refuses = /index/
    await functions.call('SendTaskSuccess', { taskToken: functions.tokens[0], output: '"yes"' })
    expect(await functions.status(executionArn)).toBe('SUCCEEDED')
    expect(functions.notices).toHaveLength(2)
    functions.close()
    const next = await open({ refuses: null })
    await next.atRest()
    const { executions } = await next.call('ListExecutions', { stateMachineArn: machine })
    expect(executions).toMatchObject([{ name: 'run', status: 'SUCCEEDED' }])
    expect(
      (await next.call('ListExecutions', { stateMachineArn: machine, statusFilter: 'RUNNING' })).executions,
    ).toEqual([])
    next.close()
  })

  it('a machine that cannot be written keeps its definition, in this life and the next', async () => {
    const full: Fullness = { refuses: null }
    const functions = await open(full)
    const stateMachineArn = await functions.create('one', pass)
    const before = await functions.call('DescribeStateMachine', { stateMachineArn })
    const definition = JSON.stringify({ StartAt: 'T', States: { T: { Type: 'Succeed' } } })
    for (const part of ['definitions', 'machines']) {
      full.refuses = new RegExp(part)
      await expect(functions.call('UpdateStateMachine', { stateMachineArn, definition })).rejects.toThrow(/ENOSPC/)
      expect(await functions.call('DescribeStateMachine', { stateMachineArn })).toEqual(before)
    }
    functions.close()
    const next = await open({ refuses: null })
    expect(await next.call('DescribeStateMachine', { stateMachineArn })).toEqual(before)
    expect(next.notices).toEqual([])
    next.close()
  })
})
