/** Rows → one table that shows both what a plan costs and how long its runs take, for ours and for level barriers. */
import { mean, quantile, sum } from '../statistics.ts'
import { table } from '../table.ts'
import type { Refusal, Row } from './measure.ts'

export interface PlanSummary {
  readonly plan: 'stepdag' | 'level barriers'
  /** All transitions over all tasks of the corpus, finalizers included. */
  readonly transitionsPerTask: number
  /** Makespan over critical path. */
  readonly meanRatio: number
  readonly p90Ratio: number
  readonly maxRatio: number
}

export interface Summary {
  readonly dags: number
  readonly tasks: number
  /** DAGs that run as several machines. */
  readonly split: number
  /** DAGs that do not compile. */
  readonly notCompiled: number
  /** Our transitions over those of level barriers. */
  readonly transitionsOverBarriers: number
  readonly plans: readonly PlanSummary[]
}

export const isMeasured = (row: Row | Refusal): row is Row => 'makespan' in row

export function summarise(all: readonly (Row | Refusal)[]): Summary {
  const rows = all.filter(isMeasured)
  const tasks = sum(rows.map((row) => row.tasks))
  const [ours, barriers] = [sum(rows.map((row) => row.transitions)), sum(rows.map((row) => row.barrierTransitions))]
  return {
    dags: rows.length,
    tasks,
    split: rows.filter(({ machines }) => machines > 1).length,
    notCompiled: all.length - rows.length,
    transitionsOverBarriers: ours / barriers,
    plans: [
      planOf('stepdag', ours / tasks, rows.map(ratioOf((row) => row.makespan))),
      planOf('level barriers', barriers / tasks, rows.map(ratioOf((row) => row.barrierMakespan))),
    ],
  }
}

/** A run of tasks that take no time is as long as its critical path if it takes none either. */
const ratioOf = (makespan: (row: Row) => number) => (row: Row) =>
  row.criticalPath === 0 && makespan(row) === 0 ? 1 : makespan(row) / row.criticalPath

const planOf = (plan: PlanSummary['plan'], transitionsPerTask: number, ratios: readonly number[]): PlanSummary => ({
  plan,
  transitionsPerTask,
  meanRatio: mean(ratios),
  p90Ratio: quantile(ratios, 0.9),
  maxRatio: quantile(ratios, 1),
})

export function renderRows(all: readonly (Row | Refusal)[]): string {
  const header = [
    'DAG',
    'tasks',
    'transitions',
    'barriers',
    'gates',
    'machines',
    'bytes',
    'makespan/cp',
    'barriers/cp',
    'ms',
    '',
  ]
  return table(
    header,
    all.map((row) =>
      isMeasured(row)
        ? [
            short(row.id),
            String(row.tasks),
            String(row.transitions),
            String(row.barrierTransitions),
            String(row.gates),
            String(row.machines),
            String(row.definitionBytes),
            ratioOf(({ makespan }) => makespan)(row).toFixed(3),
            ratioOf(({ barrierMakespan }) => barrierMakespan)(row).toFixed(3),
            row.compileMs.toFixed(1),
            '',
          ]
        : [short(row.id), String(row.tasks), '', '', '', '', '', '', '', '', `refused: ${row.refused}`],
    ),
  )
}

export function renderSummary(summary: Summary): string {
  const plans = summary.plans.map((plan) => [
    plan.plan,
    plan.transitionsPerTask.toFixed(3),
    plan.meanRatio.toFixed(3),
    plan.p90Ratio.toFixed(3),
    plan.maxRatio.toFixed(3),
  ])
  return [
    `${summary.dags} DAGs, ${summary.tasks} tasks; split: ${summary.split}; not compiled: ${summary.notCompiled}`,
    table(['plan', 'transitions/task', 'makespan/cp mean', 'p90', 'max'], plans),
    `transitions over level barriers: ${summary.transitionsOverBarriers.toFixed(3)}`,
  ].join('\n')
}

const short = (id: string): string => (id.length <= 60 ? id : `…${id.slice(-59)}`)
