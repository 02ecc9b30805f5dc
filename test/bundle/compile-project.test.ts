import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { compileProject } from '../../lambdas/bundle/index.ts'
import { dagText, type Project, writeProject } from './project.ts'

const projects: Project[] = []
const compile = (files: Readonly<Record<string, string>>, path = 'dags', loadTimeoutMs?: number) => {
  const project = writeProject(files)
  projects.push(project)
  return compileProject({ projectDir: project.dir, path, ...(loadTimeoutMs !== undefined && { loadTimeoutMs }) })
}
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

/** `code file:line what` of every problem. */
const told = ({ problems }: Awaited<ReturnType<typeof compile>>) =>
  problems.map(({ code, where, what }) => `${code} ${where.file}${where.line ? `:${where.line}` : ''} ${what}`)

describe('a folder', () => {
  it('is read with its subfolders, in a stable order, without tests, packages and hidden folders', async () => {
    const found = await compile({
      'dags/z.ts': dagText('z'),
      'dags/team/a.ts': dagText('a'),
      'dags/a.test.ts': dagText('test'),
      'dags/node_modules/p/x.ts': dagText('package'),
      'dags/.cache/x.ts': dagText('hidden'),
      'dags/types.d.ts': 'export type X = 1',
    })
    expect(found.dags.map(({ relativeFile, compiled }) => [relativeFile, compiled.dagId])).toEqual([
      ['dags/team/a.ts', 'a'],
      ['dags/z.ts', 'z'],
    ])
    expect(found.problems).toEqual([])
  })

  it('may hold files without DAGs: they are not problems, and what never imports stepdag is not even run', async () => {
    const found = await compile({
      'dags/main.ts': `import { region } from './region.ts'\n${dagText('main', 'dag.empty(region)')}`,
      'dags/region.ts': `export const region = 'eu'`,
      'dags/context.ts': `import { getContext } from 'stepdag'\nexport const now = () => getContext().logicalDate`,
      'dags/script.ts': `throw new Error('this script was run')`,
    })
    expect(told(found)).toEqual([])
    expect(found.dags.map(({ compiled }) => compiled.graph.tasks.map(({ taskId }) => taskId))).toEqual([
      ['start', 'eu'],
    ])
  })

  it('whose files are broken in different ways still gives the DAGs of the others', async () => {
    const found = await compile({
      'dags/exits.ts': dagText('exits', 'process.exit(7)'),
      'dags/forever.ts': dagText('forever', 'await new Promise(() => {})'),
      'dags/good.ts': dagText('good'),
      'dags/hidden.ts': dagText('hidden').replace('export ', ''),
      'dags/imports.ts': `import { x } from './typo.ts'\n${dagText('imports', 'dag.empty(x)')}`,
      'dags/package.ts': `import leftPad from 'no-such-package'\n${dagText('package', 'dag.empty(leftPad)')}`,
      'dags/rejects.ts': dagText(
        'rejects',
        `Promise.reject(new Error('too late'))\nawait new Promise(() => setTimeout(() => {}, 1e6))`,
      ),
      'dags/syntax.ts': dagText('syntax', 'const = 3'),
      'dags/throws.ts': dagText(
        'throws',
        `const config: { url?: { host: string } } = {}\nconsole.log(config.url!.host)`,
      ),
      'dags/twice_a.ts': dagText('twice'),
      'dags/twice_b.ts': dagText('twice'),
      'dags/two_dags.ts': dagText('first', `export const more = [new Dag('second')]\nmore[0]!.empty('only')`),
    })
    expect(found.dags.map(({ compiled }) => compiled.dagId)).toEqual(['good', 'first', 'second'])
    expect(told(found)).toEqual([
      'file-does-not-load dags/exits.ts the file called process.exit(7) while it was loaded',
      'file-does-not-load dags/forever.ts the file waits at its top level for something that never comes',
      'file-without-dag dags/hidden.ts dags/hidden.ts offers no DAG',
      'file-does-not-load dags/imports.ts:1 Could not resolve "./typo.ts" (line 1, column 19)',
      'file-does-not-load dags/package.ts:1 Could not resolve "no-such-package" (line 1, column 21)',
      'file-does-not-load dags/rejects.ts:4 Error: too late',
      'file-does-not-load dags/syntax.ts:4 Expected identifier but found "=" (line 4, column 7)',
      "file-does-not-load dags/throws.ts:5 TypeError: Cannot read properties of undefined (reading 'host')",
      'duplicate-dag dags/twice_a.ts DAG "twice" is defined 2 times: dags/twice_a.ts, dags/twice_b.ts',
    ])
  })

  it('without any DAG is no problem', async () => {
    expect(await compile({ 'dags/readme.txt': 'nothing here' })).toEqual({ dags: [], problems: [], inputs: [] })
  })
})

describe('a file', () => {
  it('that never finishes loading is given up and says so', async () => {
    const found = await compile({ 'dags/loop.ts': dagText('loop', 'for (;;) {}') }, 'dags/loop.ts', 500)
    expect(told(found)).toEqual(['file-does-not-load dags/loop.ts the file did not finish loading within 0.5 seconds'])
  })

  it('that leaves a timer running loads all the same', async () => {
    const found = await compile({ 'dags/timer.ts': dagText('timer', 'setInterval(() => {}, 1000)') })
    expect(found.dags.map(({ compiled }) => compiled.dagId)).toEqual(['timer'])
  })

  it('that prints while it loads does not print through us', async () => {
    const found = await compile({ 'dags/loud.ts': dagText('loud', `console.log('hello from the file')`) })
    expect(found.dags.length).toBe(1)
  })

  it('without a DAG is a problem when it is named', async () => {
    expect(told(await compile({ 'dags/lib.ts': 'export const x = 1' }, 'dags/lib.ts'))).toEqual([
      'file-without-dag dags/lib.ts dags/lib.ts offers no DAG',
    ])
  })

  it('may not name its DAG like a folder in a path: no address could hold it', async () => {
    for (const dagId of ['.', '..']) {
      const found = await compile({ 'dags/dots.ts': dagText(dagId) })
      expect(told(found)).toEqual([`illegal-id dags/dots.ts DAG id "${dagId}" means a folder in an address`])
    }
    expect((await compile({ 'dags/dots.ts': dagText('...') })).problems).toEqual([])
  })

  it('that is not code is a problem when it is named', async () => {
    const found = await compile({ 'dags/readme.md': '# DAGs' }, 'dags/readme.md')
    expect(told(found)).toEqual(['file-does-not-load dags/readme.md dags/readme.md is not a TypeScript file'])
  })

  it('that does not exist is a problem with a guess', async () => {
    const found = await compile({ 'dags/sales.ts': dagText('sales') }, 'dags/sale.ts')
    expect(found.problems[0]).toMatchObject({ code: 'path-not-found', fix: 'did you mean sales.ts?' })
  })

  it('may register its DAG with a Bundle instead of exporting it', async () => {
    const text = `import { Bundle, Dag } from 'stepdag'
const dag = new Dag('bundled')
dag.empty('start')
const bundle = new Bundle()
bundle.register(dag)
await bundle.serve()`
    const found = await compile({ 'dags/bundled.ts': text })
    expect(found.dags.map(({ compiled }) => compiled.dagId)).toEqual(['bundled'])
  })

  it('that binds to a Python DAG is told what to write instead', async () => {
    const text = `import { Bundle, TaskHandler } from 'stepdag'
new Bundle().register(new TaskHandler('etl', 'load', async () => 1))`
    expect(told(await compile({ 'dags/python.ts': text }))).toEqual([
      'file-does-not-load dags/python.ts:2 new TaskHandler("etl", "load", …) binds to a DAG written in Python',
    ])
  })

  it('whose import throws names the file that did', async () => {
    const found = await compile({
      'dags/a.ts': `import { x } from '../lib/x.ts'\n${dagText('a', 'dag.empty(x)')}`,
      'lib/x.ts': `export const x = 'x'\nthrow new Error('no config')`,
    })
    expect(told(found)).toEqual(['file-does-not-load dags/a.ts Error: no config (thrown at lib/x.ts:2)'])
  })

  it.each([
    ['the clock', `dag.empty('t' + Date.now())`, 'taskId'],
    ['randomness', `dag.task('t', async ({ x }: { x: number }) => x)({ x: Math.random() })`, 'value'],
    [
      'a counter outside',
      `Object.assign(globalThis, { n: 1 + ((globalThis as any).n ?? 0) }); if ((globalThis as any).n > 1) dag.empty('more')`,
      'the number of tasks',
    ],
  ])('that depends on %s is refused', async (_, line, difference) => {
    expect(told(await compile({ 'dags/impure.ts': dagText('impure', line) }))).toEqual([
      `dag-not-pure dags/impure.ts two loads of the file differ in ${difference}`,
    ])
  })
})

describe('inputs', () => {
  it('name every source file that was read, those of broken files too', async () => {
    const project = writeProject({
      'dags/a.ts': `import { x } from '../lib/x.ts'\n${dagText('a', 'dag.empty(x)')}`,
      'dags/b.ts': dagText('b', 'const = 3'),
      'lib/x.ts': `export const x = 'x'`,
    })
    projects.push(project)
    const { inputs } = await compileProject({ projectDir: project.dir, path: 'dags' })
    const own = inputs.filter((path) => path.startsWith(project.dir))
    expect(own).toEqual(['dags/a.ts', 'dags/b.ts', 'lib/x.ts'].map((path) => join(project.dir, path)))
  })
})
