/**
 * Every problem code has a case, and every case shows the whole text an author sees. `npm run golden` rewrites the texts
 * and the pages under docs/problems/; read the difference like code.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import * as catalogue from '../../dag-compiler/problems/catalogue.ts'
import { caseCodes, runCase } from './support/cases.ts'
import { renderPage } from './support/page.ts'

const isWriting = process.env['STEPDAG_GOLDEN'] === 'write'
const pages = fileURLToPath(new URL('../../docs/problems', import.meta.url))

const kebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const codes = Object.keys(catalogue).map(kebabCase)

function compareOrWrite(path: string, text: string): void {
  if (isWriting) {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  }
  if (!existsSync(path)) throw new Error(`${path} does not exist; make it with: npm run golden`)
  expect(text).toBe(readFileSync(path, 'utf8'))
}

describe('problems', () => {
  it('every code of the catalogue has a case, and every case a code', () => {
    expect(caseCodes).toEqual(codes.toSorted())
  })

  it('the catalogue is in alphabetical order', () => {
    const source = readFileSync(fileURLToPath(new URL('../../dag-compiler/problems/catalogue.ts', import.meta.url)), 'utf8')
    const written = [...source.matchAll(/^export function (\w+)/gm)].map(([, name]) => kebabCase(name ?? ''))
    expect(written).toEqual(codes.toSorted())
  })

  it.each(caseCodes)('%s says what, where, why and how to fix it', async (code) => {
    const found = await runCase(code)
    expect(found.problems.length, `the case does not produce ${code}`).toBeGreaterThan(0)
    expect(found.strays, 'the case has other errors').toEqual([])
    for (const problem of found.problems) {
      expect([problem.what, problem.why, problem.fix].filter((part) => part.trim() === '' || part.includes('\n'))).toEqual([])
    }
    compareOrWrite(found.expectedFile, found.text)
    compareOrWrite(join(pages, `${code}.md`), renderPage(found))
  })

  it('every page under docs/problems belongs to a code', () => {
    expect(existsSync(pages) ? readdirSync(pages).toSorted() : []).toEqual(codes.map((code) => `${code}.md`).toSorted())
  })
})
