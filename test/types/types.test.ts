/**
 * Proves the marked lines of tasks.ts: without the marks TypeScript refuses exactly those lines, and its message names
 * what the author got wrong.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = readFileSync(join(root, 'test/types/tasks.ts'), 'utf8')
const mark = '// @ts-expect-error'

interface Refusal {
  readonly line: number
  readonly message: string
}

/** Lines are 1-based; a marked line is the one behind its mark. */
const markedLines = source.split('\n').flatMap((line, index) => (line.trim().startsWith(mark) ? [index + 2] : []))

describe('types between tasks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepdag-types-'))
  let refusals: readonly Refusal[] = []
  beforeAll(async () => {
    refusals = await compile(folder, source.replaceAll(mark, '// wrong'))
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('every marked line is refused, and no other', () => {
    expect(markedLines.length).toBeGreaterThan(20)
    expect([...new Set(refusals.map(({ line }) => line))]).toEqual(markedLines)
  })

  it.each([
    ['exactOptionalPropertyTypes', { exactOptionalPropertyTypes: false }],
    ['noUncheckedIndexedAccess', { noUncheckedIndexedAccess: false, noImplicitOverride: false }],
  ])('authors need no %s: stepdag itself compiles without', async (_, flags) => {
    const file = "import { Dag } from 'stepdag'\nexport const dag = new Dag('lax')\ndag.empty('a')\n"
    expect(await outputOf(folder, file, flags)).toBe('')
  })

  it.each([
    ['load({ got })', "Property 'region' is missing"],
    ["load({ got, regoin: 'eu' })", "'regoin' does not exist"],
    ["load({ got: label(), region: 'eu' })", "'TaskRef<string>' is not assignable"],
    ["dag.task('option', async () => 1, { retires: 2 })", "Did you mean to write 'retries'?"],
  ])('%s is refused with a message that helps', (code, expected) => {
    const line = source.split('\n').indexOf(code) + 1
    expect(
      refusals
        .filter((refusal) => refusal.line === line)
        .map(({ message }) => message)
        .join('\n'),
    ).toContain(expected)
  })
})

/** @returns what tsc refuses of `text`, a module that imports `stepdag`. */
async function compile(folder: string, text: string): Promise<readonly Refusal[]> {
  const output = await outputOf(folder, text)
  return [...output.matchAll(/tasks\.mts\((\d+),\d+\): (error .*(?:\n +.*)*)/g)].map(([, line, message = '']) => ({
    line: Number(line),
    message,
  }))
}

/** @returns all that tsc says, about stepdag's own files too. */
async function outputOf(folder: string, text: string, flags: Readonly<Record<string, boolean>> = {}): Promise<string> {
  writeFileSync(join(folder, 'tasks.mts'), text)
  const compilerOptions = {
    paths: { stepdag: [join(root, 'dag-compiler/define.ts')] },
    // The rewrite is about relative imports between packages; nothing is written here.
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    ...flags,
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['tasks.mts'], exclude: [] }),
  )
  return new Promise<string>((resolve) => {
    execFile(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], (_error, stdout) =>
      resolve(stdout),
    )
  })
}
