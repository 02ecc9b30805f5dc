/** What a bundle exports when Node itself imports it: the test runner would transform its megabytes first. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export function exportsOf(directory: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const url = JSON.stringify(pathToFileURL(join(directory, 'index.mjs')).href)
  const program = `console.log(JSON.stringify(Object.keys(await import(${url}))))`
  const options = { encoding: 'utf8', env: { ...process.env, ...env }, stdio: 'pipe' } as const
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], options))
}
