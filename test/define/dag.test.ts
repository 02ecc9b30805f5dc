import { describe, expect, it } from 'vitest'
import { all, chain, Dag, optional, withArgList, withArgNames } from '../../dag-compiler/define.ts'
import { definitionOf, edgesOf, problemsOf } from './definitions.ts'

const number = async () => 1

describe('dag.task', () => {
  it('takes the id from the first argument, the spec or the function name', () => {
    const dag = new Dag('ids')
    dag.task('given', number)()
    dag.task(number, { taskId: 'in_spec' })()
    dag.task(async function by_name() {})()
    expect(definitionOf(dag).tasks.map(({ taskId }) => taskId)).toEqual(['given', 'in_spec', 'by_name'])
  })

  it('places tasks in the order of the calls, not of the declarations', () => {
    const dag = new Dag('order')
    const first = dag.task('first', number)
    const second = dag.task('second', number)
    second()
    first()
    expect(definitionOf(dag).tasks.map(({ taskId }) => taskId)).toEqual(['second', 'first'])
  })

  it('draws an edge for every reference among the inputs, and none for literals', () => {
    const dag = new Dag('inputs')
    const north = dag.task('north', number)()
    const south = dag.task('south', number)()
    const west = dag.task('west', number)()
    type Args = { direct: number; maybe: number | null; list: number[]; label: string }
    dag.task(
      'report',
      async (args: Args) => args.label,
    )({
      direct: north,
      maybe: optional(south),
      list: all([west, 4]),
      label: 'all',
    })
    expect(definitionOf(dag).tasks.at(-1)?.inputs).toEqual({
      direct: { ref: 'north' },
      maybe: { ref: 'south', optional: true },
      list: { all: [{ ref: 'west' }, { value: 4 }] },
      label: { value: 'all' },
    })
    expect(edgesOf(dag)).toEqual(['north→report', 'south→report', 'west→report'])
  })

  it('copies literals, so that later changes of the author do not reach the definition', () => {
    const dag = new Dag('copies')
    const options = { tables: ['a'] }
    dag.task('load', async ({ options }: { options: { tables: string[] } }) => options.tables)({ options })
    options.tables.push('b')
    expect(definitionOf(dag).tasks[0]?.inputs).toEqual({ options: { value: { tables: ['a'] } } })
  })

  it('reports every place of a literal that is not JSON', () => {
    const dag = new Dag('literals')
    const circle: { self?: unknown } = {}
    circle.self = circle
    const values = { bad: [1n, Number.NaN, () => 1, new Map()], circle, fine: [{ a: null }] }
    dag.task('load', async ({ values }: { values: unknown }) => values)({ values })
    expect(problemsOf(dag)).toEqual([
      'not-json: values.bad[0] of load is 1n, which is not JSON',
      'not-json: values.bad[1] of load is NaN, which is not JSON',
      'not-json: values.bad[2] of load is a function, which is not JSON',
      'not-json: values.bad[3] of load is an object of class Map, which is not JSON',
      'not-json: values.circle.self of load is an object that contains itself, which is not JSON',
    ])
  })

  it('keeps __proto__ and constructor as ordinary ids', () => {
    const dag = new Dag('names')
    dag.empty('__proto__').before(dag.empty('constructor'))
    expect(edgesOf(dag)).toEqual(['__proto__→constructor'])
  })

  it('treats an input that is undefined as not given', () => {
    const dag = new Dag('undefined')
    dag.task('load', async ({ note }: { note?: string | undefined }) => note)({ note: undefined })
    expect(definitionOf(dag).tasks[0]?.inputs).toEqual({})
  })
})

describe('withArgList', () => {
  it('binds values to the names the handler destructures, defaults and renames included', () => {
    const dag = new Dag('lists')
    const rows = dag.task('rows', number)()
    type Args = { rows: number; region?: string; 'max-age'?: number }
    const load = dag.task('load', async ({ rows: count, region = ') }, {', 'max-age': age /* days */ = 3 }: Args) => {
      return `${count}${region}${age}`
    })
    load(withArgList(rows, 'eu', 7))
    expect(definitionOf(dag).tasks[1]?.inputs).toEqual({
      rows: { ref: 'rows' },
      region: { value: 'eu' },
      'max-age': { value: 7 },
    })
  })

  it('reports a handler whose argument has no order, and a list that is too long', () => {
    const dag = new Dag('lists')
    const whole = dag.task('whole', async (args: { rows: number }) => args.rows)
    whole(withArgList(1))
    const one = dag.task('one', async ({ rows }: { rows: number }) => rows)
    one(withArgList(1, 2))
    expect(problemsOf(dag)).toEqual([
      'bad-inputs: one is called with 2 values in withArgList(…), but its handler takes 1: rows',
      'bad-inputs: whole is called with withArgList(…), but its handler does not destructure its argument',
    ])
  })
})

describe('withArgNames', () => {
  it('gives the handler its own names', async () => {
    const report = withArgNames({ label: 'run_label' }, async ({ label }: { label: string }) => label)
    const called = { run_label: 'nightly' } as unknown as { label: string }
    expect(await report(called)).toBe('nightly')
  })
})

describe('before and after', () => {
  it('draw an edge once however often they are said, and return the receiver', () => {
    const dag = new Dag('edges')
    const [a, b, c] = [dag.empty('a'), dag.empty('b'), dag.empty('c')]
    expect(a.before(b, c).before(b)).toBe(a)
    expect(c.after(b)).toBe(c)
    b.after(a)
    expect(edgesOf(dag)).toEqual(['a→b', 'a→c', 'b→c'])
  })
})

describe('chain', () => {
  const letters = ['a', 'b', 'c', 'd', 'e'] as const
  const chained = (connect: (...refs: ReturnType<Dag['empty']>[]) => void) => {
    const dag = new Dag('chain')
    connect(...letters.map((letter) => dag.empty(letter)))
    return edgesOf(dag)
  }

  it('fans out and in at lists', () => {
    expect(chained((a, b, c, d) => chain(a!, [b!, c!], d!))).toEqual(['a→b', 'a→c', 'b→d', 'c→d'])
  })

  it('connects neighbouring lists pairwise', () => {
    expect(chained((a, b, c, d, e) => chain([a!, b!], [c!, d!], e!))).toEqual(['a→c', 'b→d', 'c→e', 'd→e'])
  })

  it('does nothing with a single element or an empty list', () => {
    expect(chained((a, b) => [chain(a!), chain(a!, [], b!)])).toEqual([])
  })
})

describe('a DAG that was read', () => {
  it('gives the same definition again and refuses further tasks and edges', () => {
    const dag = new Dag('closed')
    const [a, b] = [dag.empty('a'), dag.empty('b')]
    const late = dag.task('late', number)
    expect(definitionOf(dag)).toEqual(definitionOf(dag))
    const refusal = expect.objectContaining({ name: 'AuthoringError' })
    expect(() => dag.task('more', number)).toThrow(refusal)
    expect(() => late()).toThrow(refusal)
    expect(() => a.before(b)).toThrow(refusal)
  })
})

describe('new Dag', () => {
  it.each([[''], [undefined], [3]])('refuses %j as an id at once', (id) => {
    expect(() => new Dag(id as string)).toThrow(expect.objectContaining({ name: 'AuthoringError' }))
  })
})
