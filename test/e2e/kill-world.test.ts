/** A small share of what `npm run test:kill-world` does: three runs of 20 tasks, in a world that is killed every two seconds. */
import { afterAll, expect, it } from 'vitest'
import { killWorld } from './support/kill-world.ts'
import { makeProject } from './support/project.ts'

const project = makeProject()
afterAll(() => project.remove())

it('ends every run well, repeats no recorded success and leaves nothing behind, though killed every two seconds', {
  timeout: 300_000,
}, async () => {
  const figures = await killWorld(project, { runs: 3, tasks: 20, killEveryMs: 2_000, log: () => {} })
  expect(figures).toMatchObject({ succeeded: 3, effects: 60, repeatedSuccesses: [], openExecutions: [] })
  expect(figures.kills).toBeGreaterThan(0)
  expect(figures.orphans ?? []).toEqual([])
})
