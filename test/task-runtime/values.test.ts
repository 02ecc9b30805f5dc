import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { getClient } from '../../dag-compiler/define.ts'
import { toJsonValue } from '../../lambdas/task-runtime/to-json-value.ts'
import { runningRun, scene } from './support/scene.ts'

class Order {
  readonly id = 7
}
const circle: Record<string, unknown> = { name: 'round' }
circle.self = circle

describe('an XCom value', () => {
  const refused: readonly [title: string, value: unknown, message: string][] = [
    ['a Date in a property', { at: new Date(0) }, 'an instance of Date at at,'],
    ['a Date deep inside', { rows: [{ ok: 1 }, { at: new Date(0) }] }, 'an instance of Date at rows[1].at,'],
    ['a Date itself', new Date(0), 'The return value has an instance of Date, which JSON cannot hold'],
    ['a Map', { byId: new Map() }, 'an instance of Map at byId,'],
    ['a Set', [new Set()], 'an instance of Set at [0],'],
    ['a BigInt', { n: 1n }, 'a BigInt at n,'],
    ['NaN', { n: Number.NaN }, 'NaN at n,'],
    ['Infinity', [1, Number.POSITIVE_INFINITY], 'Infinity at [1],'],
    ['a cycle', circle, 'a cycle) at self,'],
    ['a class instance', { order: new Order() }, 'an instance of Order at order,'],
    ['a function', { f: () => 1 }, 'a function at f,'],
    ['a symbol', { s: Symbol('x') }, 'a symbol at s,'],
    ['a hole in an array', new Array(1), 'undefined at [0],'],
    ['undefined in an array', [undefined], 'undefined at [0],'],
    ['a property that needs quotes', { 'a b': 1n }, 'a BigInt at ["a b"],'],
  ]
  test.each(refused)('cannot be %s', (_, value, message) => {
    expect(() => toJsonValue(value, 'The return value')).toThrow(message)
  })

  test('leaves out undefined properties and keeps shared objects', () => {
    const shared = { n: 1 }
    expect(toJsonValue({ a: shared, b: shared, c: undefined }, 'x')).toEqual({ a: { n: 1 }, b: { n: 1 } })
  })

  test('may be an object without prototype', () => {
    expect(toJsonValue(Object.assign(Object.create(null), { a: 1 }), 'x')).toEqual({ a: 1 })
  })

  test('reads back as it was pushed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = toJsonValue(value, 'x')
        expect(JSON.parse(JSON.stringify(json))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { seed: 20260301 },
    )
  })

  test('that JSON cannot hold fails the try and nothing is stored', async () => {
    const s = scene({ tasks: { a: { handler: () => ({ rows: [{ at: new Date(0) }] }) } } })
    await expect(s.call('a')).rejects.toMatchObject({
      name: 'XComValueError',
      message: expect.stringContaining('The return value of task "a" has an instance of Date at rows[0].at'),
    })
    expect(await s.record('a')).toMatchObject({ state: 'failed', error: { name: 'XComValueError' } })
    expect(await s.store.getXCom(runningRun, 'a', 'return_value')).toBeNull()
  })

  test('is checked in setXCom too', async () => {
    // The types forbid it; a JavaScript author, or `any`, gets past them.
    const value = new Date(0) as unknown as string
    const s = scene({ tasks: { a: { handler: () => getClient().setXCom({ key: 'when', value }) } } })
    await expect(s.call('a')).rejects.toThrow('XCom "when" of task "a" has an instance of Date')
  })
})

describe('the inputs of a handler', () => {
  const given: Record<string, unknown>[] = []
  const join = {
    upstreams: ['a', 'b'],
    handler: (inputs: Record<string, unknown>) => void given.push(inputs),
  }

  test('are literals, return values and arrays of them', async () => {
    const inputs = {
      limit: { value: 5 },
      rows: { ref: 'a' },
      both: { all: [{ ref: 'a' }, { value: 'x' }, { all: [{ ref: 'b' }] }] },
    }
    const s = scene({ tasks: { a: { handler: () => [1, 2] }, b: { handler: () => null }, c: { ...join, inputs } } })
    await s.call('a')
    await s.call('b')
    await s.call('c', { up: { a: 'success', b: 'success' } })
    expect(given.at(-1)).toEqual({ limit: 5, rows: [1, 2], both: [[1, 2], 'x', [null]] })
  })

  test('are an empty object for a task without any', async () => {
    const s = scene({ tasks: { c: { handler: join.handler } } })
    await s.call('c')
    expect(given.at(-1)).toEqual({})
  })

  test('fail the try when an upstream pushed nothing, naming both tasks', async () => {
    const s = scene({ tasks: { a: {}, b: {}, c: { ...join, inputs: { rows: { ref: 'a' } } } } })
    await s.call('a')
    await expect(s.call('c', { up: { a: 'success', b: 'success' } })).rejects.toMatchObject({
      name: 'MissingInput',
      message: expect.stringMatching(/Input "rows" of task "c" .*task "a" returned/),
    })
    expect(await s.record('c')).toMatchObject({ state: 'failed', error: { name: 'MissingInput' } })
  })

  test('are null for an optional reference that pushed nothing', async () => {
    const inputs = { rows: { ref: 'a', optional: true }, both: { all: [{ ref: 'b', optional: true }] } } as const
    const s = scene({ tasks: { a: {}, b: {}, c: { ...join, inputs } } })
    await s.call('c', { up: { a: 'success', b: 'success' } })
    expect(given.at(-1)).toEqual({ rows: null, both: [null] })
  })
})
