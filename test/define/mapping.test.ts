import { describe, expect, it } from 'vitest'
import { Dag, readDag } from '../../dag-compiler/define.ts'
import { definitionOf, edgesOf, problemsOf } from './definitions.ts'

type Args = { name: string; size: number }

function scene() {
  const dag = new Dag('map')
  const names = dag.task('names', async (): Promise<string[]> => ['a'])()
  const sizes = dag.task('sizes', async (): Promise<number[]> => [1])()
  const copy = dag.task('copy', async ({ name, size }: Args) => name.length + size)
  return { dag, names, sizes, copy }
}

const copied = (dag: Dag) => definitionOf(dag).tasks.find(({ taskId }) => taskId === 'copy')

describe('a mapped task', () => {
  it('is expanded over arrays and references to arrays, each of which is an edge', () => {
    const { dag, names, copy } = scene()
    copy.expand({ name: names, size: [1, 2] })
    expect(copied(dag)).toMatchObject({
      inputs: {},
      mapping: { kind: 'expand', over: { name: { ref: 'names' }, size: { value: [1, 2] } } },
    })
    expect(edgesOf(dag)).toEqual(['names→copy'])
  })

  it('keeps what partial fixed as its inputs', () => {
    const { dag, names, sizes, copy } = scene()
    const one = dag.task('one', async () => 1)()
    copy.partial({ size: one }).expand({ name: names })
    expect(copied(dag)).toMatchObject({
      inputs: { size: { ref: 'one' } },
      mapping: { over: { name: { ref: 'names' } } },
    })
    expect(edgesOf(dag)).toEqual(['names→copy', 'one→copy'])
    expect(sizes.taskId).toBe('sizes')
  })

  it('is expanded over objects of inputs', () => {
    const { dag, copy } = scene()
    copy.partial({ size: 3 }).expandKwargs([{ name: 'a' }, { name: 'b' }])
    expect(copied(dag)?.mapping).toEqual({ kind: 'kwargs', over: { value: [{ name: 'a' }, { name: 'b' }] } })
  })

  it('is placed once, however it is called', () => {
    const { dag, copy } = scene()
    copy.expand({ name: ['a'], size: [1] })
    copy({ name: 'a', size: 1 })
    expect(problemsOf(dag)).toEqual(['task-called-twice: copy is called more than once'])
  })

  it('is refused when its arrays are none', () => {
    const { dag, copy } = scene()
    const other = dag.task('other', async ({ name }: { name: string }) => name)
    const none = dag.task('none', async ({ name }: { name: string }) => name)
    const list = dag.task('list', async ({ name }: { name: string }) => name)
    copy.partial({ size: 1 }).expand({ name: 'a', size: [1] } as never)
    other.expand({} as never)
    none.expand(3 as never)
    list.expandKwargs([1] as never)
    expect(problemsOf(dag)).toEqual(
      [
        'bad-mapping: size of copy is both fixed by partial and expanded',
        'bad-mapping: name of copy is "a", not an array',
        'bad-mapping: expandKwargs of list has the element 1, not an object of inputs',
        'bad-mapping: none is expanded over 3, not over an object of arrays',
        'bad-mapping: other is expanded over nothing',
      ].toSorted((a, b) => (a.includes('not an array') ? -1 : b.includes('not an array') ? 1 : 0)),
    )
  })

  it('may have as many instances as maxMapLength says, counted over all literals', () => {
    const dag = new Dag('long', { maxMapLength: 4 })
    const f = dag.task('f', async ({ x, y }: { x: number; y: number }) => x * y)
    const g = dag.task('g', async ({ x }: { x: number }) => x)
    f.expand({ x: [1, 2], y: [1, 2] })
    g.expand({ x: [1, 2, 3, 4, 5] })
    expect(problemsOf(dag)).toEqual(['map-too-long: g is expanded over 5 elements, the limit is 4'])
  })
})

describe('derived lists', () => {
  it('describe map, zip and concat, and list the functions among the handlers', async () => {
    const { dag, names, sizes, copy } = scene()
    const lengths = names.map((name) => name.length)
    const pairs = lengths.concat(sizes, [9]).zip(names, { fill: null })
    dag.task('read', async ({ pairs }: { pairs: [number, string][] }) => pairs.length)({ pairs })
    copy.partial({ name: 'a' }).expand({ size: lengths.map((length) => length + 1) })
    const { definition, handlers } = readDag(dag)
    const first = { map: { ref: 'names' }, fn: 'map#1' }
    expect(definition.tasks.at(-2)?.inputs).toEqual({
      pairs: { zip: [{ concat: [first, { ref: 'sizes' }, { value: [9] }] }, { ref: 'names' }], fill: null },
    })
    expect(definition.tasks.at(-1)?.mapping).toMatchObject({ over: { size: { map: first, fn: 'map#2' } } })
    // The runtime calls a function of `.map` with an element.
    expect(await handlers.get('map#1')?.('four' as never)).toBe(4)
    expect(edgesOf(dag)).toEqual(['names→read', 'names→copy', 'sizes→read'])
  })
})

describe('a mapped group', () => {
  it('hands its elements to its tasks, and waits for what it is mapped over', () => {
    const { dag, names, copy } = scene()
    copy({ name: 'a', size: 1 })
    const files = dag.taskGroup('files')
    const { name } = files.expand({ name: names })
    const first = files.task('first', async ({ name }: { name: string }) => name.length)({ name })
    files.task('second', async ({ n }: { n: number }) => n)({ n: first })
    const total = dag.task('total', async ({ all }: { all: number[] }) => all.length)
    total({ all: files.collect(first) })
    const { groups, tasks } = definitionOf(dag)
    expect(groups?.[0]?.mapping).toEqual({ kind: 'expand', over: { name: { ref: 'names' } } })
    expect(tasks.find(({ taskId }) => taskId === 'files.first')?.inputs).toEqual({
      name: { element: 'name', group: 'files' },
    })
    expect(edgesOf(dag)).toEqual(['names→files.first', 'files.first→files.second', 'files.first→total'])
  })

  it('is refused inside another, with mapped tasks, the rule always, and elements outside', () => {
    const { dag, names, copy } = scene()
    const files = dag.taskGroup('files')
    const { name } = files.expand({ name: names })
    files.expand({ name: names })
    files.taskGroup('inner').expand({ x: [1] })
    const mapped = files.task('mapped', async ({ size }: { size: number }) => size)
    mapped.expand({ size: [1] })
    files.task('always', async () => 1, { triggerRule: 'always' })()
    copy({ name, size: 1 })
    expect(problemsOf(dag)).toEqual([
      'bad-mapping: copy takes the element name of files, but is not in that group',
      'bad-mapping: files is expanded twice',
      'bad-mapping: files.always has the rule always inside files, which is mapped',
      'bad-mapping: files.inner is mapped inside files, which is mapped too',
      'bad-mapping: files.mapped is mapped inside files, which is mapped too',
    ])
  })
})
