/** A task that starts a run of another DAG, and may wait for its end. Its result is the run's state; it pushes `trigger_run_id`. */
import type { JsonObject } from '../../../run-model/index.ts'
import { date, type Field, flag, jsonObject, name, orNull, text, whole } from '../fields.ts'
import { readSpec } from '../read-spec.ts'
import { makeOperator, type Operator } from './operator.ts'

export interface TriggerDagRunOptions {
  /** The DAG to run. */
  readonly dagId: string
  /** @default an id derived from this run and task, equal for every repeat of a try */
  readonly runId?: string | null
  /** Null: a run without one. @default now */
  readonly logicalDate?: Date | null
  readonly runAfter?: Date | null
  readonly conf?: JsonObject
  /** Airflow's name. A run that exists cannot be cleared yet, so nothing but `false` is taken. @default false */
  readonly resetDagRun?: false
  /** Succeed or fail with the run. @default false */
  readonly waitForCompletion?: boolean
  /** Airflow's name; waiting here is event-driven, so it changes nothing. @default 60 */
  readonly pokeInterval?: number
  /** States of the run that are a success. @default ['success'] */
  readonly allowedStates?: readonly ('success' | 'failed')[]
  /** @default ['failed'] */
  readonly failedStates?: readonly ('success' | 'failed')[]
  readonly skipWhenAlreadyExists?: boolean
  readonly failWhenDagIsPaused?: boolean
  readonly note?: string | null
  /** Airflow's name; waiting holds nothing here anyway. */
  readonly deferrable?: boolean
}

const states: Field<readonly ('success' | 'failed')[]> = {
  expected: "an array of 'success' and 'failed'",
  read: (given) =>
    Array.isArray(given) && given.every((state) => state === 'success' || state === 'failed') ? [...given] : undefined,
}

/** Refused rather than ignored: whoever asks for it would not get the run again. */
const notReset: Field<false> = {
  expected: 'false, because a run that exists cannot be cleared and run again yet; give the run another id, or none',
  read: (given) => (given === false ? false : undefined),
}

const fields = {
  dagId: name,
  runId: orNull(name),
  logicalDate: orNull(date),
  runAfter: orNull(date),
  conf: jsonObject,
  resetDagRun: notReset,
  waitForCompletion: flag,
  pokeInterval: whole('seconds', 1, Number.MAX_SAFE_INTEGER),
  allowedStates: states,
  failedStates: states,
  skipWhenAlreadyExists: flag,
  failWhenDagIsPaused: flag,
  note: orNull(text),
  deferrable: flag,
}

/** @example dag.task(triggerDagRun({ dagId: 'report', waitForCompletion: true }), { taskId: 'next' })() */
export function triggerDagRun(given: TriggerDagRunOptions): Operator<Record<never, never>, unknown> {
  return makeOperator({
    define({ taskId: task }) {
      const { values, mistakes } = readSpec(fields, given, { task })
      const { deferrable: _, resetDagRun: __, dagId = '', logicalDate, ...own } = values
      const unnamed = {
        kind: 'bad-option',
        task,
        detail: { option: 'dagId', given: 'undefined', expected: name.expected },
      }
      const isUnnamed = values.dagId === undefined && !mistakes.some(({ detail }) => detail.option === 'dagId')
      return {
        options: {
          ...defaults,
          ...own,
          kind: 'trigger_dag_run',
          dagId,
          ...(logicalDate !== undefined && { logicalDate }),
        },
        mistakes: [...mistakes, ...(isUnnamed ? [unnamed] : [])],
      }
    },
  })
}

const defaults = {
  runId: null,
  runAfter: null,
  conf: {},
  waitForCompletion: false,
  pokeInterval: 60,
  allowedStates: ['success'],
  failedStates: ['failed'],
  skipWhenAlreadyExists: false,
  failWhenDagIsPaused: false,
  note: null,
} as const
