import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  checkRunId,
  dagVersionDigest,
  executionArn,
  executionName,
  indexKeys,
  keys,
  makeRunId,
  objectKeys,
} from '../../run-model/index.ts'
import { manifest } from '../support/runs.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const random = () => 'a1B2c3D4'

describe('run ids', () => {
  test.each([
    ['2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00Z', 'scheduled__2026-03-29T01:30:00+00:00'],
    ['2026-03-29T03:30:00+02:00', '2026-03-29T01:30:00Z', 'scheduled__2026-03-29T01:30:00+00:00'],
    ['2026-03-29T01:30:00.250Z', '2026-03-29T01:30:00Z', 'scheduled__2026-03-29T01:30:00.250000+00:00'],
    ['2026-03-29T01:30:00.000Z', null, 'scheduled__2026-03-29T01:30:00+00:00_a1B2c3D4'],
  ])('run_after %s with logical date %s', (runAfter, logicalDate, expected) => {
    expect(makeRunId({ runType: 'scheduled', runAfter, logicalDate }, random)).toBe(expected)
  })

  test.each(['mine', 'manual__anything', 'a.b~c:d+e-f_0', 'x'.repeat(250), 'scheduled', 'scheduled_x'])(
    '%s may name a manual run',
    (runId) => {
      expect(checkRunId(runId, 'manual')).toBeNull()
    },
  )

  test.each(['', 'a b', 'a/b', 'a#b', 'ä', 'x'.repeat(251)])('%j is not a run id, and the fix is one', (runId) => {
    const fault = checkRunId(runId, 'manual')
    const suggested = fault?.fix.replace('use for example ', '')
    expect(checkRunId(suggested!, 'manual')).toBeNull()
  })

  test.each(['scheduled__2026', 'backfill__x', 'asset_triggered__x', 'asset_materialization__x'])(
    '%s belongs to another type',
    (runId) => {
      expect(checkRunId(runId, 'manual')?.why).toContain('belong to runs of type')
      expect(checkRunId('scheduled__2026', 'scheduled')).toBeNull()
    },
  )
})

describe('executions', () => {
  test('the name is stable, short and made of what Step Functions allows', () => {
    const run = { dagId: 'größte.dag-mit-einem-langen-namen', runId: 'scheduled__2026-03-29T01:30:00+00:00' }
    const name = executionName(run, 1, sha256)
    expect(name.startsWith('gr__te_dag-mit-einem-')).toBe(true)
    expect(name).toMatch(/^[A-Za-z0-9_-]{1,60}$/)
    expect(executionName(run, 2, sha256)).not.toBe(name)
    expect(executionName({ ...run, runId: 'other' }, 1, sha256)).not.toBe(name)
  })

  test('ids that share a cleaned prefix have different names', () => {
    const names = ['a.b', 'a_b', 'ä_b'].map((dagId) => executionName({ dagId, runId: 'r' }, 1, sha256))
    expect(new Set(names).size).toBe(3)
  })

  test('the ARN of an execution follows from machine or version', () => {
    const machine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:stepdag-dag-sales'
    const expected = 'arn:aws:states:eu-west-1:123456789012:execution:stepdag-dag-sales:name-1'
    expect(executionArn(machine, 'name-1')).toBe(expected)
    expect(executionArn(`${machine}:7`, 'name-1')).toBe(expected)
  })
})

describe('version digests', () => {
  test('the commit and the order of keys do not make a version', () => {
    const digest = dagVersionDigest(manifest(), sha256)
    expect(dagVersionDigest(manifest({ bundleVersion: 'commit2+dirty' }), sha256)).toBe(digest)
    const { options, ...rest } = manifest()
    expect(dagVersionDigest({ options, ...rest }, sha256)).toBe(digest)
  })

  test.each([
    ['code', manifest({ codeHash: 'other' })],
    ['source', manifest({ source: 'export const x = 1' })],
    ['schedule', manifest({ schedule: { ...manifest().schedule, catchup: true } })],
    ['order of tasks', manifest({ tasks: manifest().tasks.toReversed() })],
  ])('another %s is another version', (_, other) => {
    expect(dagVersionDigest(other, sha256)).not.toBe(dagVersionDigest(manifest(), sha256))
  })
})

describe('keys', () => {
  test('equal instants are one key, and order as text is order in time', () => {
    const at = (runAfter: string) => indexKeys.runOrder({ dagId: 'd', runId: 'r', runAfter })
    expect(at('2026-03-29T03:30:00+02:00')).toBe(at('2026-03-29T01:30:00.000Z'))
    expect(at('2026-03-29T01:30:00.001Z') > at('2026-03-29T01:30:00Z')).toBe(true)
    expect(keys.logicalDate('d', '2026-03-29T01:30:00Z')).toEqual(keys.logicalDate('d', '2026-03-29T03:30:00+02:00'))
  })

  test('a run id that is the beginning of another sorts before it', () => {
    const order = (runId: string) => indexKeys.runOrder({ dagId: 'z', runId, runAfter: '2026-01-01T00:00:00Z' })
    expect(order('a') < order('a+')).toBe(true)
    expect(order('a') < order('a-1')).toBe(true)
  })

  test('object keys keep ids apart', () => {
    const run = { dagId: 'd', runId: 'r' }
    expect(objectKeys.xcom(run, 'a', -1, 'b/c')).not.toBe(`${objectKeys.xcom(run, 'a', -1, 'b')}/c`)
  })
})
