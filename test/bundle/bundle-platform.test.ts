import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it, vi } from 'vitest'
import { bundlePlatform } from '../../lambdas/bundle/index.ts'

const outDir = mkdtempSync(join(tmpdir(), 'stepdag-platform-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(outDir, { recursive: true })
})

it('every platform function is a folder whose index.mjs exports a handler, with the same bytes each time', async () => {
  const bundles = await bundlePlatform({ outDir })
  expect(Object.keys(bundles)).toEqual(['launcher', 'finalizer', 'reconciler', 'registrar', 'api'])
  // A handler reads its environment when it is loaded.
  for (const name of ['STEPDAG_TABLE', 'STEPDAG_BUCKET', 'STEPDAG_LAUNCHER']) vi.stubEnv(name, 'test')
  vi.stubEnv('AWS_REGION', 'us-east-1')
  for (const { directory } of Object.values(bundles)) {
    expect(readdirSync(directory)).toEqual(['index.mjs'])
    const loaded: { handler?: unknown } = await import(pathToFileURL(join(directory, 'index.mjs')).href)
    expect(typeof loaded.handler).toBe('function')
  }
  expect(await bundlePlatform({ outDir })).toEqual(bundles)
})
