/** Sizes and families → one case after the other in processes of their own, and the table of ratios. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { growthExponent, quantile } from '../statistics.ts'
import { table } from '../table.ts'
import type { CaseRequest, CaseResult } from './case.ts'
import { families } from './graphs.ts'

const seed = 1
/** Below this size the constant costs of a compile hide its growth. */
const growthFrom = 1_000

export async function runCompileBench(sizes: readonly number[], rounds: number) {
  const cases: CaseResult[] = []
  for (const family of families) {
    for (const size of sizes) {
      process.stderr.write(`${family} ${size}\n`)
      cases.push(await inOwnProcess({ family, size, rounds, seed }))
    }
  }
  const growth = families.map((family) => ({ family, exponent: exponentOf(cases, family) }))
  const text = `${renderCases(cases)}\n\n${table(
    ['family', 'growth exponent'],
    growth.map(({ family, exponent }) => [family, exponent?.toFixed(2) ?? '–']),
  )}`
  return { seed, rounds, growth, cases, text }
}

/** A child inherits the loader of TypeScript. It ends itself; one that dies without an answer is an error. */
function inOwnProcess(request: CaseRequest): Promise<CaseResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'case.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.once('message', (result: CaseResult) => resolve(result))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${request.family} ${request.size} ended with ${code}, unmeasured`)))
    child.send(request)
  })
}

/** Null with fewer than two sizes to compare. */
function exponentOf(cases: readonly CaseResult[], family: string): number | null {
  const points = cases
    .filter((each) => each.family === family && each.tasks >= growthFrom && each.definitionBytes !== null)
    .map(({ tasks, compileMs }) => ({ size: tasks, value: quantile(compileMs, 0.5) }))
  return points.length < 2 ? null : growthExponent(points)
}

function renderCases(cases: readonly CaseResult[]): string {
  const header = ['graph', 'tasks', 'ratio', 'p10', 'p90', 'ms', 'floor ms', 'peak MiB', 'bytes/task', '']
  return table(
    header,
    cases.map((each) => {
      const ratios = each.compileMs.map((ms, round) => ms / each.floorMs[round]!)
      return [
        each.family,
        String(each.tasks),
        quantile(ratios, 0.5).toFixed(1),
        quantile(ratios, 0.1).toFixed(1),
        quantile(ratios, 0.9).toFixed(1),
        quantile(each.compileMs, 0.5).toFixed(1),
        quantile(each.floorMs, 0.5).toFixed(1),
        each.peakRssMiB.toFixed(0),
        each.definitionBytes === null ? '–' : (each.definitionBytes / each.tasks).toFixed(0),
        each.refused.length === 0 ? '' : `refused: ${each.refused.join(', ')}`,
      ]
    }),
  )
}
