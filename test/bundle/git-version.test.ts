import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { gitVersion } from '../../lambdas/bundle/index.ts'
import { writeProject } from './project.ts'

const project = writeProject({ 'a.txt': 'one' })
afterAll(() => project.remove())

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd: project.dir,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()

it('a project is at no commit, then at its commit, then at its commit with changes', async () => {
  expect(await gitVersion(project.dir)).toBeNull()
  git('init', '-q')
  expect(await gitVersion(project.dir)).toBeNull()
  git('add', '.')
  git('commit', '-q', '-m', 'First')
  const commit = git('rev-parse', 'HEAD')
  expect(await gitVersion(project.dir)).toBe(commit)
  writeFileSync(join(project.dir, 'b.txt'), 'new')
  expect(await gitVersion(project.dir)).toBe(`${commit}+dirty`)
})
