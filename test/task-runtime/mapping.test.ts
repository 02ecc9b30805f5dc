import { describe, expect, test } from 'vitest'
import { getClient, getContext } from '../../dag-compiler/define.ts'
import type { StateEntry } from '../../run-model/index.ts'
import { runningRun, type SceneOptions, scene } from './support/scene.ts'

const xcom = async (s: ReturnType<typeof scene>, taskId: string, mapIndex?: number) =>
  (await s.store.getXCom(runningRun, taskId, 'return_value', mapIndex))?.value
const mapped = (over: readonly string[], maxLength = 4) => ({ maxLength, over })

/** `list` returns a list, `m` is mapped over it, `sum` takes what the instances returned. */
const chain = (list: unknown, more: Partial<SceneOptions['tasks'][string]> = {}): SceneOptions => ({
  tasks: {
    list: { handler: () => list },
    m: {
      upstreams: ['list'],
      mapped: mapped(['list']),
      mapping: { kind: 'expand', over: { x: { ref: 'list' } } },
      inputs: { fixed: { value: 'f' } },
      handler: (inputs) => inputs,
      ...more,
    },
    sum: { upstreams: ['m'], inputs: { all: { ref: 'm' } }, handler: ({ all }) => all },
  },
})

describe('a task that others are mapped over', () => {
  test('answers how many elements it returned', async () => {
    expect(await scene(chain([1, 2, 3])).call('list')).toEqual({ s: { s: 'success', n: 3 } })
    expect(await scene(chain([])).call('list')).toEqual({ s: { s: 'success', n: 0 } })
  })

  test('answers it again from its record', async () => {
    const s = scene(chain([1, 2]))
    await s.call('list')
    expect(await s.call('list')).toEqual({ s: { s: 'success', n: 2 } })
  })

  test.each([
    ['no array', { a: 1 }, 'it returned a object'],
    ['nothing', undefined, 'it returned nothing'],
    ['too much', [1, 2, 3, 4, 5], 'returned 5 elements to map over; this DAG allows 4'],
  ])('that returns %s fails its try', async (_, list, message) => {
    await expect(scene(chain(list)).call('list')).rejects.toThrow(message)
  })
})

describe('an instance', () => {
  test('gets its own element and what partial fixed, and knows its index', async () => {
    const s = scene(chain(['a', 'b'], { handler: (inputs) => ({ ...inputs, at: getContext().mapIndex }) }))
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    expect(await s.call('m', { up, i: 1 })).toEqual({ s: 'success' })
    expect(await xcom(s, 'm', 1)).toEqual({ fixed: 'f', x: 'b', at: 1 })
    expect(await s.record('m', 1)).toMatchObject({ state: 'success', mapIndex: 1, tryNumber: 1 })
    expect(await s.record('m', 0)).toBeNull()
    expect(await s.record('m')).toBeNull()
  })

  test('counts the first key of a cross product slowest', async () => {
    const over = { x: { value: ['a', 'b'] }, y: { value: [1, 2, 3] } }
    const s = scene(chain([], { upstreams: [], mapping: { kind: 'expand', over }, mapped: mapped([], 6) }))
    const got: unknown[] = []
    for (const i of [0, 1, 2, 3, 4, 5]) {
      await s.call('m', { i })
      got.push(await xcom(s, 'm', i))
    }
    expect(got.map((one) => JSON.stringify(one))).toEqual(
      ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'].map(([x, y]) => JSON.stringify({ fixed: 'f', x, y: Number(y) })),
    )
  })

  test('of expandKwargs gets the properties of its element, and fails for one that is no object', async () => {
    const s = scene(chain([{ x: 1 }, 7], { mapping: { kind: 'kwargs', over: { ref: 'list' } } }))
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    await s.call('m', { up, i: 0 })
    expect(await xcom(s, 'm', 0)).toEqual({ fixed: 'f', x: 1 })
    await expect(s.call('m', { up, i: 1 })).rejects.toThrow('expandKwargs needs objects')
  })

  test('has a try, a retry and XComs of its own', async () => {
    const failing = async () => {
      await getClient().setXCom({ key: 'own', value: getContext().mapIndex })
      if (getContext().mapIndex === 0 && getContext().tryNumber === 1) throw new Error('first')
      return getClient().getXCom({ key: 'own' })
    }
    const s = scene(chain([1, 2], { retries: 1, handler: failing }))
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    await expect(s.call('m', { up, i: 0 })).rejects.toThrow('first')
    await s.call('m', { up, i: 1 })
    await s.call('m', { up, i: 0 })
    expect(await xcom(s, 'm', 1)).toBe(1)
    expect(await xcom(s, 'm', 0)).toBe(0)
    expect(await s.record('m', 0)).toMatchObject({ tryNumber: 2, tries: [{}, {}] })
  })

  test('runs once however often it is called', async () => {
    let runs = 0
    const s = scene(chain([1, 2], { handler: () => ++runs }))
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    await Promise.allSettled([s.call('m', { up, i: 1 }), s.call('m', { up, i: 1 })])
    expect(await s.call('m', { up, i: 1 })).toEqual({ s: 'success' })
    expect(runs).toBe(1)
  })

  test('that decides a sibling early rule by itself tells the gate outside, any other does not', async () => {
    const options = chain([1, 2], { handler: ({ x }) => (x === 1 ? 'ok' : Promise.reject(new Error('no'))) })
    const s = scene({
      tasks: { ...options.tasks, e: { upstreams: ['m', 'list'], triggerRule: 'one_success' }, w: { upstreams: ['m'] } },
      gates: { e: { need: ['m', 'list'], rule: 'one_success' }, w: { need: ['m'] } },
    })
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    await s.store.putXCom(runningRun, {
      taskId: 'list',
      mapIndex: -1,
      key: 'return_value',
      value: [1, 2],
      timestamp: '',
    })
    await expect(s.call('m', { up, i: 1 })).rejects.toThrow('no')
    expect(s.store.gates.size).toBe(0)
    await s.call('m', { up, i: 0 })
    expect([...s.store.gates]).toEqual([
      ['sales-1/e', { arrived: { 0: 'success' }, open: true, token: null, held: null }],
    ])
  })
})

describe('a collected reference', () => {
  test('is what the instances returned that returned something, in the order of their indexes', async () => {
    const s = scene(chain(['a', 'b', 'c'], { handler: ({ x }) => (x === 'b' ? undefined : x) }))
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 3 } }
    for (const i of [2, 1, 0]) await s.call('m', { up, i })
    expect(await s.call('sum', { up: { m: { s: 'success', c: [3, 0, 0, 0] } } })).toEqual({ s: 'success' })
    expect(await xcom(s, 'sum')).toEqual(['a', 'c'])
  })

  test('is counted by rules with every instance', async () => {
    const s = scene(chain([]))
    const m: StateEntry = { s: 'failed', c: [2, 0, 1, 0] }
    expect(await s.call('sum', { up: { m } })).toEqual({ s: 'upstream_failed' })
  })
})

describe('expanding', () => {
  const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }

  test('answers the number of instances, again and again', async () => {
    const s = scene(chain([1, 2]))
    await s.call('list')
    for (const _ of [1, 2]) expect(await s.call('m', { up, do: 'expand' })).toEqual({ s: { s: 'success', n: 2 } })
    expect(await s.record('m')).toBeNull()
  })

  test.each([
    ['zip', { zip: [{ ref: 'list' }, { value: [1] }] }, 1],
    ['concat', { concat: [{ ref: 'list' }, { value: [1] }] }, 3],
    ['map', { map: { ref: 'list' }, fn: 'double' }, 2],
  ] as const)('counts %s', async (_, x, n) => {
    const options = chain([1, 2], { mapping: { kind: 'expand', over: { x } } })
    const s = scene({ tasks: { ...options.tasks, double: { handler: (element) => Number(element) * 2 } } })
    await s.call('list')
    expect(await s.call('m', { up, do: 'expand' })).toEqual({ s: { s: 'success', n } })
  })

  test('over a mapped task counts what its instances returned', async () => {
    const options = chain([1, 2, 3])
    const s = scene({
      tasks: {
        ...options.tasks,
        second: {
          upstreams: ['m'],
          mapped: mapped(['m']),
          mapping: { kind: 'expand', over: { y: { ref: 'm' } } },
          handler: ({ y }) => y,
        },
      },
    })
    await s.call('list')
    for (const i of [0, 1, 2]) await s.call('m', { up, i })
    const more: Record<string, StateEntry> = { m: { s: 'success', c: [3, 0, 0, 0] } }
    expect(await s.call('second', { up: more, do: 'expand' })).toEqual({ s: { s: 'success', n: 3 } })
    await s.call('second', { up: more, i: 2 })
    expect(await xcom(s, 'second', 2)).toEqual({ fixed: 'f', x: 3 })
  })

  test('an empty list records one skipped task', async () => {
    const s = scene(chain([]))
    await s.call('list')
    expect(await s.call('m', { up: { list: { s: 'success', n: 0 } }, do: 'expand' })).toEqual({
      s: { s: 'skipped', n: 0 },
    })
    expect(await s.record('m')).toMatchObject({ state: 'skipped', mapIndex: -1 })
  })

  test.each([
    ['all_success', 'failed', 'upstream_failed'],
    ['all_done', 'failed', 'upstream_failed'],
    ['all_done', 'skipped', 'skipped'],
    ['none_failed', 'skipped', 'skipped'],
  ] as const)('with %s over a list that is %s is %s, twice', async (triggerRule, list, ended) => {
    const s = scene(chain([1], { triggerRule }))
    for (const _ of [1, 2]) {
      expect(await s.call('m', { up: { list }, do: 'expand' })).toEqual({ s: { s: ended, n: 0 } })
    }
    expect(await s.record('m')).toMatchObject({ state: ended, tryNumber: 0 })
  })

  test('a candidate that was not chosen is skipped', async () => {
    const options = chain([1, 2])
    const decision = { kind: 'short_circuit', options: ['*'], candidates: { m: ['*'] } } as const
    const s = scene({ tasks: { ...options.tasks, d: { decision, handler: () => false } } })
    await s.call('d')
    expect(await s.call('m', { up, do: 'expand' })).toEqual({ s: { s: 'skipped', n: 0 } })
  })

  test('more than the DAG allows fails and says what to do', async () => {
    const over = { x: { ref: 'list' }, y: { value: [1, 2, 3] } }
    const s = scene(chain([1, 2], { mapping: { kind: 'expand', over } }))
    await s.call('list')
    await expect(s.call('m', { up, do: 'expand' })).rejects.toThrow('would have 6 instances; this DAG allows 4')
  })
})

describe('a mapped group', () => {
  const grouped: SceneOptions = {
    tasks: {
      list: { handler: () => ['a', 'b'] },
      g1: { mappedGroup: 'g', inputs: { x: { element: 'x', group: 'g' } }, handler: ({ x }) => `${x}1` },
      g2: { mappedGroup: 'g', upstreams: ['g1'], inputs: { y: { ref: 'g1' } }, handler: ({ y }) => `${y}2` },
      out: { upstreams: ['g2'], inputs: { all: { ref: 'g2' } }, handler: ({ all }) => all },
    },
    wiring: { groups: { g: { mapped: mapped(['list']), members: ['g1', 'g2'] } } },
    groups: [
      {
        groupId: 'g',
        parent: null,
        tooltip: null,
        mapping: { kind: 'expand', over: { x: { ref: 'list' } } },
      },
    ],
  }

  test('runs every member per index, and members read the same index', async () => {
    const s = scene(grouped)
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    expect(await s.call('g', { up, do: 'expand' })).toEqual({ s: { s: 'success', n: 2 } })
    for (const i of [0, 1]) {
      await s.call('g1', { up, i })
      await s.call('g2', { up: { ...up, g1: 'success' }, i })
    }
    expect(await s.call('out', { up: { g2: { s: 'success', c: [2, 0, 0, 0] } } })).toEqual({ s: 'success' })
    expect(await xcom(s, 'out')).toEqual(['a12', 'b12'])
  })

  test('reads the record of the same index for a member it cannot see', async () => {
    const s = scene(grouped)
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    await s.call('g1', { up, i: 1 })
    expect(await s.call('g2', { up, i: 1 })).toEqual({ s: 'success' })
    await expect(s.call('g2', { up, i: 0 })).rejects.toThrow('before its upstreams ended: g1')
  })

  test('whose list failed has no instance, and every member says so', async () => {
    const s = scene(grouped)
    expect(await s.call('g', { up: { list: 'failed' }, do: 'expand' })).toEqual({ s: { s: 'upstream_failed', n: 0 } })
    expect(await s.record('g1')).toMatchObject({ state: 'upstream_failed' })
    expect(await s.record('g2')).toMatchObject({ state: 'upstream_failed' })
  })

  test('has gates of its own for every index', async () => {
    const s = scene({ ...grouped, gates: { g2: { need: ['g1'], mappedGroup: 'g' }, out: { need: ['g1'] } } })
    await s.call('list')
    await s.call('g1', { up: { list: { s: 'success', n: 2 } }, i: 1 })
    expect([...s.store.gates.keys()]).toEqual(['sales-1/g2#1'])
  })

  test('lets one index decide for itself only', async () => {
    const decision = { kind: 'short_circuit', options: ['*'], candidates: { g2: ['*'], out: ['*'] } } as const
    const s = scene({
      ...grouped,
      tasks: { ...grouped.tasks, g1: { ...grouped.tasks.g1, decision, handler: () => false } },
    })
    await s.call('list')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 } }
    await s.call('g1', { up, i: 1 })
    expect(await s.record('g2', 1)).toMatchObject({ state: 'skipped' })
    expect([await s.record('g2', 0), await s.record('out')]).toEqual([null, null])
  })

  test('skips a member everywhere that a decider outside did not choose', async () => {
    const decision = { kind: 'short_circuit', options: ['*'], candidates: { g2: ['*'] } } as const
    const s = scene({ ...grouped, tasks: { ...grouped.tasks, d: { decision, handler: () => false } } })
    await s.call('list')
    await s.call('d')
    const up: Record<string, StateEntry> = { list: { s: 'success', n: 2 }, g1: 'success' }
    expect(await s.call('g2', { up, i: 0 })).toEqual({ s: 'skipped' })
    expect(await s.record('g2', 0)).toMatchObject({ state: 'skipped', mapIndex: 0 })
  })
})
