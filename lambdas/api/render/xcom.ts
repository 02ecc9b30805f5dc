/** XCom entries as Airflow shows them. */
import type { DagRecord, Run, XComEntry } from '../../../run-model/index.ts'
import type { XCom } from '../contract.ts'
import { displayName } from './dag.ts'

export function renderXCom(entry: XComEntry, run: Run, dag: DagRecord): XCom {
  return {
    key: entry.key,
    timestamp: entry.timestamp,
    logical_date: run.logicalDate,
    map_index: entry.mapIndex,
    task_id: entry.taskId,
    dag_id: run.dagId,
    run_id: run.runId,
    run_after: run.runAfter,
    dag_display_name: displayName(dag),
    task_display_name: entry.taskId,
  }
}

/**
 * Airflow 3.2 answers the stored JSON text unless `deserialize` is given, then the value itself; `stringify` makes a
 * string of either.
 */
export function xcomValue(entry: XComEntry, deserialize: boolean, stringify: boolean): unknown {
  if (!deserialize) return JSON.stringify(entry.value)
  if (!stringify || entry.value === null || typeof entry.value === 'string') return entry.value
  return JSON.stringify(entry.value)
}
