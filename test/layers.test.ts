/**
 * The architecture's rules as a test: who may open which door, what stays pure, where the environment is read. The scan
 * is textual because TypeScript 7 has no JavaScript API. A twin test plants one violation of every rule.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const v = 'value'
const t = 'type'
type Doors = Readonly<Record<string, 'value' | 'type'>>

const runModel: Doors = { 'run-model/index.ts': v }
const inLambda: Doors = { ...runModel, 'lambdas/store/index.ts': v, 'lambdas/arrival/index.ts': v }
const compiled: Doors = { ...runModel, 'dag-compiler/index.ts': v, 'lambdas/bundle/index.ts': v }

/** Area (longest folder prefix) → doors of other areas that it may open. Missing means no. */
const may: Readonly<Record<string, Doors>> = {
  dags: {},
  'run-model': {},
  'dag-compiler/1-define': { 'run-model/index.ts': t },
  'dag-compiler': runModel,
  'lambdas/store': runModel,
  'lambdas/arrival': runModel,
  'lambdas/ending': { ...runModel, 'lambdas/arrival/index.ts': v },
  'lambdas/launcher': inLambda,
  'lambdas/finalizer': { ...inLambda, 'lambdas/ending/index.ts': v },
  'lambdas/reconciler': { ...inLambda, 'lambdas/ending/index.ts': v },
  'lambdas/registrar': inLambda,
  'lambdas/api': { ...inLambda, 'package.json': v },
  'lambdas/task-runtime': { ...inLambda, 'lambdas/ending/index.ts': v, 'dag-compiler/define.ts': v },
  'lambdas/operators': { 'run-model/index.ts': t, 'dag-compiler/define.ts': t },
  'lambdas/bundle': { ...runModel, 'dag-compiler/index.ts': v, 'dag-compiler/define.ts': t },
  cdk: compiled,
  'local/step-functions': { 'dag-compiler/jsonata.ts': v, 'local/clock.ts': v },
  'local/virtual': {
    ...compiled,
    'dag-compiler/define.ts': v,
    'lambdas/arrival/index.ts': v,
    'lambdas/finalizer/arrive.ts': v,
    'lambdas/finalizer/finalize.ts': v,
    'lambdas/reconciler/close-run.ts': v,
    'lambdas/reconciler/fail-token.ts': v,
    'lambdas/reconciler/ports.ts': v,
    'lambdas/store/index.ts': v,
    'lambdas/task-runtime/latest-only.ts': v,
    'lambdas/task-runtime/run-task.ts': v,
    'local/clock.ts': v,
    'local/step-functions/index.ts': v,
  },
  local: {
    ...compiled,
    'local/step-functions/index.ts': v,
    'local/step-functions/port.ts': t,
    'lambdas/api/app.ts': v,
    'lambdas/arrival/index.ts': v,
    'lambdas/store/index.ts': v,
  },
  cli: { ...compiled, 'local/index.ts': v, 'lambdas/api/contract.ts': t, 'package.json': v },
}

/** Pure areas and the only packages they may import; `node:` modules are packages too. */
const pure: Readonly<Record<string, readonly string[]>> = {
  'run-model': ['croner', 'zod'],
  'dag-compiler': [],
  'dag-compiler/1-define': [],
}

/** Packages with a home: nobody else imports them. */
const homes: readonly (readonly [name: RegExp, home: RegExp])[] = [
  [/^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/, /^cdk$/],
  [/^@aws-sdk\//, /^(lambdas|local|cli)/],
  [/^@aws-lambda-powertools\//, /^lambdas\//],
  [/^esbuild$/, /^lambdas\/bundle$/],
  [/^hono(\/|$)/, /^(lambdas\/api|local)$/],
  [/^@hono\/zod-openapi(\/|$)/, /^lambdas\/api$/],
  [/^(@hono\/node-server|dynalite)(\/|$)/, /^local$/],
  [/^jsonata$/, /^local\/step-functions$/],
  [/^croner$/, /^run-model$/],
  [/^(commander|tsx|@dagrejs\/dagre)(\/|$)/, /^cli$/],
  [/^csv-parse(\/|$)/, /^dags$/],
  // The bundler writes entries that import it.
  [/^stepdag(\/|$)/, /^(dags|lambdas\/bundle)$/],
]

/** Entry points, where wiring happens and the environment is read. */
const entryPoints = [
  /^lambdas\/[a-z-]+\/handler\.ts$/,
  /^lambdas\/task-runtime\/index\.ts$/,
  /^(cli\/main\.ts|cli\/stepdag\.mjs|cdk\/app\.ts|local\/index\.ts)$/,
]

/** Stands in for DynamoDB's own deletion of expired items, which reads the whole table too. */
const expirySweep = 'local/dynamodb/run-table.ts'

/** Below `local/` time is an argument. Threads start without our modules, so this one reads its own. */
const clocks = ['local/clock.ts', 'local/lambda/worker-thread.mjs']
const readsTime = /\bDate\.now\(|\bnew Date\(\)|\bset(Timeout|Interval)\b|\bperformance\.now\b|['"]node:timers['"]/

const longestFile = 300
/** Tables: long lists of like entries, read by looking one up. */
const tables = ['dag-compiler/problems/catalogue.ts', 'lambdas/api/contract.ts']

const statement =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

const areaOf = (path: string) =>
  path === 'dag-compiler/define.ts'
    ? 'dag-compiler/1-define'
    : Object.keys(may)
        .filter((area) => path.startsWith(`${area}/`))
        .sort((a, b) => b.length - a.length)[0]
const phaseOf = (path: string) => Number(/^dag-compiler\/(\d)-/.exec(path)?.[1] ?? Number.NaN)

function violations(file: string, source: string): readonly string[] {
  return [...importViolations(file, source), ...textViolations(file, source)]
}

function importViolations(file: string, source: string): readonly string[] {
  const from = areaOf(file)
  if (!from) return [`${file}: belongs to no area; add its folder to this test`]
  return [...source.matchAll(statement)].flatMap(([, isType, named, bare, dynamic]) => {
    const specifier = named ?? bare ?? dynamic ?? ''
    if (!specifier.startsWith('.')) return packageViolations(file, from, specifier)
    const target = join(file, '..', specifier)
    return doorViolations({ file, from, target, isType: isType !== undefined })
  })
}

function packageViolations(file: string, from: string, name: string): readonly string[] {
  const allowed = pure[from]
  if (allowed && !allowed.includes(name))
    return [`${file}: ${from}/ is pure; take what you need from ${name} as an argument`]
  return homes
    .filter(([known, home]) => known.test(name) && !home.test(from))
    .map(() => `${file}: ${name} does not belong in ${from}/`)
}

function doorViolations(found: { file: string; from: string; target: string; isType: boolean }): readonly string[] {
  const { file, from, target, isType } = found
  const to = areaOf(target)
  if (phaseOf(target) > phaseOf(file)) return [`${file}: a phase reads only lower phases, not ${target}`]
  if (from === to || (from === 'dag-compiler' && to === 'dag-compiler/1-define')) return []
  const allowed = may[from]?.[target]
  if (!allowed) return [`${file}: ${from}/ may not import ${target}`]
  return allowed === 'type' && !isType ? [`${file}: ${from}/ may import only types from ${target}`] : []
}

function textViolations(file: string, source: string): readonly string[] {
  const found: string[] = []
  if (/\bprocess\.env\b/.test(source) && !entryPoints.some((entry) => entry.test(file))) {
    found.push(`${file}: the environment is read in entry points only`)
  }
  if (/\b(ScanCommand|paginateScan)\b/.test(source) && file !== expirySweep)
    found.push(`${file}: the run table is never scanned`)
  if (file.startsWith('local/') && readsTime.test(source) && !clocks.includes(file))
    found.push(`${file}: time comes from a clock (local/clock.ts)`)
  const lines = source.split('\n').length - 1
  if (lines > longestFile && !tables.includes(file)) found.push(`${file}: ${lines} lines; split it`)
  return found
}

const folders = ['dags', 'run-model', 'dag-compiler', 'lambdas', 'cdk', 'local', 'cli']
const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path)),
)

describe('layers', () => {
  it('every file opens only the doors it may open', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(files.flatMap((file) => violations(file, readFileSync(file, 'utf8')))).toEqual([])
  })

  it.each([
    ['a DAG file', 'dags/a.ts', "import { x } from '../run-model/index.ts'", 'may not import run-model/index.ts'],
    ['a pure core with a Node module', 'run-model/a.ts', "import { readFileSync } from 'node:fs'", 'is pure'],
    ['the compiler with a package', 'dag-compiler/2-graph/a.ts', "import { z } from 'zod'", 'is pure'],
    [
      'phase 1 with a value',
      'dag-compiler/1-define/a.ts',
      "import { x } from '../../run-model/index.ts'",
      'only types',
    ],
    [
      'the light door with a value',
      'dag-compiler/define.ts',
      "export { x } from '../run-model/index.ts'",
      'only types',
    ],
    [
      'a phase that reads a later one',
      'dag-compiler/2-graph/a.ts',
      "import type { P } from '../3-plan/plan.ts'",
      'lower phases',
    ],
    [
      'the light door with a later phase',
      'dag-compiler/define.ts',
      "export { x } from './2-graph/a.ts'",
      'may not import',
    ],
    [
      'a Lambda with the compiler',
      'lambdas/launcher/a.ts',
      "import { compile } from '../../dag-compiler/index.ts'",
      'may not import',
    ],
    [
      'a Lambda with the bundler',
      'lambdas/api/a.ts',
      "import { bundleTask } from '../bundle/index.ts'",
      'may not import',
    ],
    [
      'an inner file of another area',
      'lambdas/launcher/a.ts',
      "import { keys } from '../store/record.ts'",
      'may not import',
    ],
    [
      'an operator with a value',
      'lambdas/operators/a.ts',
      "import { x } from '../../run-model/index.ts'",
      'only types',
    ],
    ['the cloud with the local world', 'cdk/a.ts', "import { startWorld } from '../local/index.ts'", 'may not import'],
    ['the cloud with the SDK', 'cdk/a.ts', "import { S3Client } from '@aws-sdk/client-s3'", 'does not belong'],
    [
      'the engine with the compiler',
      'local/step-functions/a.ts',
      "import { compile } from '../../dag-compiler/index.ts'",
      'may not import',
    ],
    [
      'the local world with a handler',
      'local/a.ts',
      "import { handler } from '../lambdas/api/handler.ts'",
      'may not import',
    ],
    ['a face with the cloud', 'cli/a.ts', "await import('../cdk/index.ts')", 'may not import cdk/index.ts'],
    [
      'a face with the API as a value',
      'cli/a.ts',
      "import { dagSchema } from '../lambdas/api/contract.ts'",
      'only types',
    ],
    ['a package away from home', 'cli/a.ts', "import { build } from 'esbuild'", 'does not belong'],
    ['a folder of no area', 'extras/a.ts', '', 'no area'],
    ['the environment deep inside', 'lambdas/store/a.ts', 'const table = process.env.STEPDAG_TABLE', 'environment'],
    ["the computer's own time", 'local/a.ts', 'const due = Date.now() + 1000', 'time comes from a clock'],
    ['a scan', 'lambdas/store/a.ts', 'send(new ScanCommand({}))', 'never scanned'],
    ['a file that is too long', 'cli/a.ts', '\n'.repeat(longestFile + 1), 'split it'],
  ])('notices %s', (_, file, source, complaint) => {
    expect(violations(file, source).join('\n')).toContain(complaint)
  })

  it('lets a type import and an import of a lower phase pass', () => {
    const typeImport = "import type { TriggerRule } from '../../run-model/index.ts'"
    expect(violations('dag-compiler/1-define/a.ts', typeImport)).toEqual([])
    expect(violations('dag-compiler/3-plan/a.ts', "import type { Graph } from '../2-graph/graph.ts'")).toEqual([])
  })
})
