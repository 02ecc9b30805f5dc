/** `npm run test:kill-world -- [runs] [tasks] [milliseconds]`: prints its figures as JSON, and ends with 1 when anything was lost. */
import { killWorld } from './support/kill-world.ts'
import { makeProject } from './support/project.ts'

const [runs = 100, tasks = 50, killEveryMs = 2_000] = process.argv.slice(2).map(Number)
const project = makeProject()
try {
  const figures = await killWorld(project, { runs, tasks, killEveryMs, log: (line) => console.error(line) })
  console.log(JSON.stringify(figures, null, 2))
  const { succeeded, effects, repeatedSuccesses, openExecutions, orphans } = figures
  const left = [...repeatedSuccesses, ...openExecutions, ...(orphans ?? [])]
  if (succeeded < runs || effects < runs * tasks || left.length > 0) process.exitCode = 1
} finally {
  project.remove()
}
