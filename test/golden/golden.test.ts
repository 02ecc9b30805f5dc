/**
 * One folder per case, one file per phase, compared in the order of the phases: the first file that differs names the
 * phase to look at. `npm run golden` writes what the compiler says now; its diff is reviewed like code.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDags, readDag } from '../../dag-compiler/define.ts'
import type { CompiledDag } from '../../dag-compiler/index.ts'
import { compiled } from '../compiler/support/definitions.ts'

const folder = import.meta.dirname
const isWriting = process.env.STEPDAG_GOLDEN === 'write'

/** In the order of the phases. */
const phases: readonly (readonly [file: string, value: (dag: CompiledDag) => unknown])[] = [
  ['definition.json', (dag) => dag.authored],
  ['graph.json', (dag) => dag.graph],
  ['plan.json', (dag) => dag.plan],
  ['asl.json', (dag) => dag.definition],
  ['wiring.json', (dag) => dag.wiring],
]

const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe.each(cases.map(({ name }) => name))('%s', (name) => {
  it('compiles to what its files say', async () => {
    const dag = await compileCase(name)
    if (isWriting) for (const [file, value] of phases) writeFileSync(join(folder, name, file), render(value(dag)))
    const expectedFiles = ['dag.ts', ...phases.map(([file]) => file)].sort()
    for (const file of expectedFiles) {
      expect(existsSync(join(folder, name, file)), `${name}/${file} is missing: npm run golden creates it`).toBe(true)
    }
    expect(readdirSync(join(folder, name)).sort()).toEqual(expectedFiles)
    for (const [file, value] of phases) {
      expect(render(value(dag)), `${name}/${file}`).toBe(readFileSync(join(folder, name, file), 'utf8'))
    }
  })
})

async function compileCase(name: string): Promise<CompiledDag> {
  const [dag, ...others] = findDags(await import(join(folder, name, 'dag.ts')))
  if (!dag || others.length > 0) throw new Error(`${name}/dag.ts must export exactly one Dag.`)
  return compiled(readDag(dag).definition)
}

const render = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
