/** What all routes share: the ports they use and the responses they describe. */
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import type { LaunchAnswer, LaunchRequest, RunStore } from '../../../run-model/index.ts'
import type { CompletionPorts } from '../../arrival/index.ts'
import { answerMalformed } from '../answer-error.ts'
import { type Health, MalformedResponse, ProblemResponse } from '../contract.ts'
import type { Lookup } from '../lookup.ts'

/** Who calls. */
export interface User {
  readonly id: string
  readonly name: string
}

export interface Ports {
  readonly store: RunStore
  readonly lookup: Lookup
  readonly launch: (request: LaunchRequest) => Promise<LaunchAnswer>
  /** Ends waiting tasks. */
  readonly completion: CompletionPorts
  /** Shows Step Functions a sign of life; false: nobody waits for the token. */
  readonly heartbeat: (token: string) => Promise<boolean>
  readonly userOf: (c: Context) => User
  readonly now: () => Date
  readonly version: string
  readonly health: () => Promise<Omit<Health, 'metadatabase'>>
}

export const routes = () => new OpenAPIHono({ defaultHook: answerMalformed })

const json = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } })

/** `responses` of a route that answers `schema`, and problems otherwise. */
export const answers = <S extends z.ZodType>(schema: S) => ({
  200: { description: 'Found or done', content: json(schema) },
  400: { description: 'Not supported, or not possible', content: json(ProblemResponse) },
  404: { description: 'Something named in the path does not exist', content: json(ProblemResponse) },
  409: { description: 'It exists already', content: json(ProblemResponse) },
  422: { description: 'Malformed', content: json(MalformedResponse) },
})

export const body = <S extends z.ZodType>(schema: S) => ({ required: true, content: json(schema) })

const dag_id = z.string()
const dag_run_id = z.string()
const task_id = z.string()
export const inDag = z.object({ dag_id })
export const inRun = z.object({ dag_id, dag_run_id })
export const inTask = z.object({ dag_id, dag_run_id, task_id })

/** In list paths: any DAG, run or task. */
export const anyOne = '~'

/** Totals are counted up to here; a larger one is shown as this, and the header says so. */
const largestTotal = 10_000

export function totalEntries(c: Context, total: number): number {
  if (total < largestTotal) return total
  c.header('X-Total-Entries-Capped', String(largestTotal))
  return largestTotal
}
