import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bundlePlatform } from '../../lambdas/bundle/index.ts'
import { exportsOf } from './exports-of.ts'

const outDir = mkdtempSync(join(tmpdir(), 'stepdag-platform-'))
afterAll(() => rmSync(outDir, { recursive: true }))

/** A handler reads its environment when it is loaded. */
const env = { STEPDAG_TABLE: 'test', STEPDAG_BUCKET: 'test', STEPDAG_LAUNCHER: 'test', AWS_REGION: 'us-east-1' }

it('every platform function is a folder whose index.mjs exports a handler, with the same bytes each time', async () => {
  const bundles = await bundlePlatform({ outDir })
  expect(Object.keys(bundles)).toEqual(['launcher', 'finalizer', 'reconciler', 'registrar', 'api'])
  for (const { directory } of Object.values(bundles)) {
    expect(readdirSync(directory)).toEqual(['index.mjs'])
    expect(exportsOf(directory, env)).toContain('handler')
  }
  expect(await bundlePlatform({ outDir })).toEqual(bundles)
})
