import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { platformBundles } from '../../local/deploy/platform-bundles.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder()
const codeOf = (directory: string) => join(directory, 'index.mjs')

it('the platform is bundled once and taken from disk afterwards', async () => {
  const first = await platformBundles(folder)
  const writtenAtMs = statSync(codeOf(first.launcher.directory)).mtimeMs
  expect(await platformBundles(folder)).toEqual(first)
  expect(statSync(codeOf(first.launcher.directory)).mtimeMs).toBe(writtenAtMs)
})

it('what is missing, cut off or unreadable is bundled again', async () => {
  const { launcher, finalizer } = await platformBundles(folder)
  const whole = readFileSync(codeOf(launcher.directory))
  rmSync(codeOf(launcher.directory))
  await platformBundles(folder)
  expect(readFileSync(codeOf(launcher.directory)).equals(whole)).toBe(true)
  writeFileSync(codeOf(finalizer.directory), 'cut')
  await platformBundles(folder)
  expect(statSync(codeOf(finalizer.directory)).size).toBe(finalizer.bytes)
  writeFileSync(join(folder, 'bundles.json'), '{')
  expect((await platformBundles(folder)).launcher).toEqual(launcher)
})
