/** `stepdag explain`: how a DAG runs on Step Functions, why, how near the limits are and what it costs. */
import { reportOf } from '../../dag-compiler/index.ts'
import { toSchedule } from '../../lambdas/bundle/index.ts'
import { printProblems } from '../cli-error.ts'
import { loadDag } from '../explain/load-dag.ts'
import { renderReport } from '../explain/render-report.ts'
import { runsPerMonth } from '../explain/runs-per-month.ts'
import type { OutputOptions, PlaceOptions } from '../program.ts'
import type { Terminal } from '../terminal.ts'

export async function explain(
  terminal: Terminal,
  dagId: string,
  options: PlaceOptions & OutputOptions,
): Promise<number> {
  const { compiled, problems } = await loadDag(terminal, dagId, options)
  const report = reportOf(compiled, runsPerMonth(toSchedule(compiled.authored.spec), Date.now()))
  if (options.json) {
    terminal.print(JSON.stringify({ ...report, problems }))
    return 0
  }
  terminal.print(renderReport(terminal, report))
  const worthKnowing = [...problems, ...report.advice]
  if (worthKnowing.length > 0) terminal.note('')
  printProblems(terminal, worthKnowing)
  return 0
}
