import type { DagRecord } from '../../run-model/index.ts'
import { type NextRun, noNextRun } from './render/dag.ts'

export const nextRun = (_dag: DagRecord, _now: Date): NextRun => noNextRun
