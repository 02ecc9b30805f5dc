/** Values of the run for arguments of service calls, under our names (`run.logicalDate`) and Airflow's (`tpl`). */
import type { JsonValue } from '../../../run-model/index.ts'
import { holding, type Out, type ServiceValue, splitMarkers, valueAt } from './service-value.ts'

/** Values that any caller of a run may add to: nothing is known of their types when the file loads. */
export interface AnyValues {
  readonly [name: string]: AnyValue
}
export type AnyValue = ServiceValue<JsonValue> & AnyValues

/** Dates are RFC 3339 texts in UTC. The four short names are spellings of the logical date, as in Airflow. */
export interface RunValues {
  /** What the run was triggered with, over the DAG's defaults. */
  readonly params: AnyValues
  readonly conf: AnyValues
  /** `2026-03-29` */
  readonly ds: Out<string>
  /** `20260329` */
  readonly dsNodash: Out<string>
  /** `2026-03-29T01:30:00+00:00` */
  readonly ts: Out<string>
  /** `20260329T013000` */
  readonly tsNodash: Out<string>
  readonly logicalDate: Out<string>
  readonly dataIntervalStart: Out<string>
  readonly dataIntervalEnd: Out<string>
  readonly runAfter: Out<string>
  readonly runId: Out<string>
  readonly dagId: Out<string>
  /** Of the task that makes the call. */
  readonly taskId: Out<string>
}

/**
 * Values of the run that a service call may take. A run without logical date has no dates: the call fails and says so.
 *
 * @example snsPublish({ args: { TopicArn, Message: `day ${run.ds} of ${run.params.region}` } })
 */
export const run: RunValues = runProxy()

function runProxy(): RunValues {
  const handler = {
    get: (_: object, key: string | symbol) =>
      typeof key === 'symbol' ? undefined : valueAt({ dagId: null, argument: { run: [snakeCase(key)] } }),
  }
  // Every name gives a value; whether the run has such a value is phase 2's question.
  return new Proxy({}, handler) as RunValues
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The state's task token, for the pattern `wait_for_task_token`: whoever gets it ends the task. */
export const taskToken: ServiceValue<string> = holding({ dagId: null, argument: { token: true } })

/**
 * A text in which Airflow's names in double braces stand for values of the run. Values of other tasks go into `${…}`.
 *
 * @example tpl`s3://lake/{{ ds }}/{{ params.region }}/${out(made).key}`
 */
export function tpl(
  strings: TemplateStringsArray,
  ...holes: readonly (ServiceValue | string | number | boolean)[]
): ServiceValue<string> {
  const text = strings.map((string, at) => `${named(string)}${at < holes.length ? String(holes[at]) : ''}`).join('')
  const parts = splitMarkers(text).map((part) => (typeof part === 'string' ? part : part.argument))
  const dagId = splitMarkers(text).find((part) => typeof part !== 'string' && part.dagId !== null)
  return holding({ dagId: typeof dagId === 'object' ? dagId.dagId : null, argument: { text: parts } })
}

/** `{{ name }}` → the marker of that value. */
const named = (text: string): string =>
  text.replace(/\{\{\s*(.*?)\s*\}\}/gs, (_, name: string) =>
    String(holding({ dagId: null, argument: { run: pathOf(name) } })),
  )

const aliases: Readonly<Record<string, readonly string[]>> = {
  'dag_run.conf': ['conf'],
  'dag.dag_id': ['dag_id'],
  'task.task_id': ['task_id'],
}

function pathOf(name: string): readonly string[] {
  const alias = Object.entries(aliases).find(([written]) => name === written || name.startsWith(`${written}.`))
  return alias ? [...alias[1], ...name.slice(alias[0].length).split('.').slice(1)] : name.split('.')
}
