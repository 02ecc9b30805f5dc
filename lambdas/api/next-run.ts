/** When a DAG's schedule fires next, for `next_dagrun_*`. Whether it then starts is the planner's business. */
import { type DagRecord, nextTick, runOf } from '../../run-model/index.ts'

export interface NextRun {
  readonly logicalDate: string | null
  readonly dataInterval: { readonly start: string; readonly end: string } | null
  readonly runAfter: string | null
}

const never: NextRun = { logicalDate: null, dataInterval: null, runAfter: null }

/** The first tick after `now`, paused or not, as Airflow shows it; nothing for a DAG that was removed. */
export function nextRun(dag: DagRecord, now: Date): NextRun {
  if (dag.isStale) return never
  const tick = nextTick(dag.schedule, now.toISOString())
  return tick === null ? never : runOf(dag.schedule, tick)
}
