/** Reads a manifest at the border. Fields it does not know are kept: a newer compiler may have written them. */
import { z } from 'zod'
import { type DagManifest, isEarlyRule, type JsonValue, triggerRules } from '../../run-model/index.ts'
import { RegistrationProblem } from './problem.ts'

const text = z.string()
const texts = z.array(text)
const seconds = z.number().nonnegative()
const json: z.ZodType<JsonValue> = z.json()
const recorded = z.record(text, json)
const operator = z.enum([
  'task',
  'empty',
  'sensor',
  'latest_only',
  'trigger_dag_run',
  'human_input',
  'deferrable',
  'service',
])
const triggerRule = z.enum([...triggerRules, 'all_done_setup_success'])
const earlyRule = triggerRule.refine(isEarlyRule)

const schedule = z.object({
  expressions: z.union([z.array(text).min(1), z.literal('@once'), z.literal('@continuous'), z.null()]),
  timezone: text,
  timetable: z.enum(['trigger', 'interval']),
  startDate: z.iso.datetime({ offset: true }).nullable(),
  endDate: z.iso.datetime({ offset: true }).nullable(),
  catchup: z.boolean(),
})

const options = z.object({
  description: text.nullable(),
  docMd: text.nullable(),
  dagDisplayName: text.nullable(),
  tags: texts,
  owners: texts,
  maxActiveRuns: z.int().positive(),
  isPausedUponCreation: z.boolean(),
  dagrunTimeout: seconds.nullable(),
  recorded,
})

const task = z.object({
  taskId: text,
  key: text,
  operator,
  upstreams: texts,
  downstreams: texts,
  triggerRule,
  retries: z.int().nonnegative(),
  retryDelay: seconds,
  retryExponentialBackoff: z.number(),
  maxRetryDelay: seconds,
  executionTimeout: seconds.nullable(),
  owner: text,
  docMd: text.nullable(),
  pool: text,
  poolSlots: z.number(),
  priorityWeight: z.number(),
  weightRule: text,
  queue: text,
  recorded,
})

const wiring = z.object({
  hash: text.min(1),
  dagId: text,
  tasks: z.record(
    text,
    z.object({
      taskId: text,
      operator,
      triggerRule,
      upstreams: texts,
      feeds: texts,
      retries: z.int().nonnegative(),
      executionTimeout: seconds.nullable(),
      doXcomPush: z.boolean(),
    }),
  ),
  gates: z.record(text, z.object({ need: texts, rule: earlyRule.optional() })),
  leaves: texts,
})

const manifest = z.object({
  dagId: text.min(1),
  file: text,
  source: text,
  codeHash: text.min(1),
  bundleVersion: text.nullable(),
  schedule,
  options,
  tasks: z.array(task).min(1),
  edges: z.array(z.tuple([text, text])),
  wiring,
})

/** @throws RegistrationProblem that names the faulty fields. */
export function parseManifest(content: string, place: string): DagManifest {
  const value = asJson(content, place)
  const parsed = manifest.safeParse(value)
  if (!parsed.success) throw unreadable(place, z.prettifyError(parsed.error))
  const { dagId, wiring } = parsed.data
  if (wiring.dagId !== dagId) throw unreadable(place, `its wiring belongs to DAG ${wiring.dagId}, not ${dagId}`)
  return value as DagManifest // checked just now; zod's copy would lose unknown fields and a task called `__proto__`
}

function asJson(content: string, place: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    throw unreadable(place, error instanceof Error ? error.message : String(error))
  }
}

function unreadable(place: string, why: string): RegistrationProblem {
  return new RegistrationProblem({
    what: `manifest ${place} cannot be read`,
    why,
    fix: 'deploy with one stepdag version for compiler and platform; the compiler writes the manifest',
  })
}
