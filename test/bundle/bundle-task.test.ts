import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleTask, compileProject } from '../../lambdas/bundle/index.ts'
import { exportsOf } from './exports-of.ts'
import { dagText, type Project, writeProject } from './project.ts'

const projects: Project[] = []
const outDir = mkdtempSync(join(tmpdir(), 'stepdag-bundles-'))
afterAll(() => {
  for (const project of projects) project.remove()
  rmSync(outDir, { recursive: true })
})

async function bundle(files: Readonly<Record<string, string>>) {
  const project = writeProject(files)
  projects.push(project)
  const { dags, problems } = await compileProject({ projectDir: project.dir, path: 'dags' })
  expect(problems).toEqual([])
  const bundles = await Promise.all(
    dags.map((dag) => bundleTask(dag, { projectDir: project.dir, outDir, bundleVersion: 'abc' })),
  )
  return bundles.map((made) => ({ ...made, code: readFileSync(join(made.directory, 'index.mjs'), 'utf8') }))
}

const files = {
  'dags/sales.ts': `import { rate } from '../lib/rate.ts'\n${dagText('sales', `dag.task('tax', async () => rate * 100)()`)}`,
  'dags/stock.ts': dagText('stock', `dag.task('count', async () => 'only in the stock DAG')()`),
  'lib/rate.ts': `export const rate = 0.081\nexport const unused = 'nobody imports this text'`,
}

describe('a task bundle', () => {
  it('has the same bytes for the same sources, wherever they lie', async () => {
    const [first, second] = [await bundle(files), await bundle(files)]
    expect(first.map(({ codeHash }) => codeHash)).toEqual(second.map(({ codeHash }) => codeHash))
    expect(first.map(({ code }) => createHash('sha256').update(code).digest('hex'))).toEqual(
      first.map(({ codeHash }) => codeHash),
    )
    expect(first[0]?.code).not.toContain(projects[0]?.dir)
  })

  it('changes when a file it imports does, and only then', async () => {
    const before = await bundle(files)
    const after = await bundle({ ...files, 'lib/rate.ts': 'export const rate = 0.077' })
    expect(after.map(({ codeHash }, index) => codeHash === before[index]?.codeHash)).toEqual([false, true])
  })

  it('holds the DAG’s own code and nothing that it does not use', async () => {
    const [sales, stock] = await bundle(files)
    expect(sales?.code).toContain('.081')
    expect(sales?.code).not.toContain('nobody imports this text')
    expect(sales?.code).not.toContain('only in the stock DAG')
    expect(stock?.code).toContain('only in the stock DAG')
    // Packages of the platform, the compiler and the command line.
    for (const foreign of ['OpenAPIHono', 'ZodError', 'Croner', 'commander', 'wait for each other', 'esbuild']) {
      expect(sales?.code.includes(foreign), foreign).toBe(false)
    }
  })

  it('brings the library that reads schedules only where a task asks for it', async () => {
    const latest = "import { Dag } from 'stepdag'\nexport const dag = new Dag('latest')\ndag.latestOnly('only')"
    const bundles = await bundle({ ...files, 'dags/latest.ts': latest })
    expect(bundles.filter(({ code }) => code.includes('Croner')).map(({ dagId }) => dagId)).toEqual(['latest'])
    expect(bundles.find(({ dagId }) => dagId === 'latest')?.operators).toEqual(['latest_only'])
  })

  it('is a folder with code and manifest, and exports a handler', async () => {
    const [sales] = await bundle(files)
    expect(readdirSync(sales!.directory).toSorted()).toEqual(['index.mjs', 'manifest.json'])
    expect(sales!.directory).toBe(join(outDir, 'sales', sales!.codeHash))
    expect(exportsOf(sales!.directory)).toEqual(['handler'])
  })

  it('stays inside the output folder whatever the DAG is called', async () => {
    const [dots] = await bundle({ 'dags/dots.ts': dagText('...') })
    expect(dots?.directory).toBe(join(outDir, '___', dots!.codeHash))
  })
})

describe('the manifest', () => {
  it('holds source, options, schedule with presets resolved, and tasks in topological order', async () => {
    const text = `import { Dag } from 'stepdag'
export const dag = new Dag('nightly', {
  schedule: '@daily', timezone: 'Europe/Zurich', tags: ['etl'], defaults: { retries: 2, owner: 'sales' },
})
const load = dag.task('load', async ({ rows }: { rows: number }) => rows, { executionTimeout: 60 })
const extract = dag.task('extract', async () => 3, { owner: 'ops' })
load({ rows: extract() })
`
    const [made] = await bundle({ 'dags/nightly.ts': text })
    const { wiring, ...manifest } = made!.manifest
    expect(JSON.parse(readFileSync(join(made!.directory, 'manifest.json'), 'utf8'))).toEqual(made!.manifest)
    expect(wiring.tasks.load?.upstreams).toEqual(['extract'])
    expect(manifest).toMatchObject({
      dagId: 'nightly',
      file: 'dags/nightly.ts',
      source: text,
      codeHash: made!.codeHash,
      bundleVersion: 'abc',
      schedule: { expressions: ['0 0 * * *'], timezone: 'Europe/Zurich', timetable: 'trigger', catchup: false },
      options: { tags: ['etl'], owners: ['ops', 'sales'], maxActiveRuns: 16 },
      edges: [['extract', 'load']],
      tasks: [
        { taskId: 'extract', upstreams: [], downstreams: ['load'], retries: 2, owner: 'ops', executionTimeout: null },
        { taskId: 'load', upstreams: ['extract'], downstreams: [], retries: 2, owner: 'sales', executionTimeout: 60 },
      ],
    })
  })
})
