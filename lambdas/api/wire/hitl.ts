/** Tasks that ask a person: the question, the answer, and completing a task from outside. */
import { z } from '@hono/zod-openapi'
import type { JsonValue } from '../../../run-model/index.ts'
import { count, date, object, text } from './primitives.ts'
import { TaskInstanceHistoryResponse, TaskInstanceResponse } from './task-instance.ts'

/** Any JSON: the body was parsed from JSON, so there is nothing to check. A recursive schema would have no description. */
const json = z
  .custom<JsonValue>(() => true)
  .openapi({ type: ['object', 'array', 'string', 'number', 'boolean', 'null'], description: 'any JSON' })

const HITLUser = z.object({ id: text, name: text }).openapi('HITLUser')

const detailFields = {
  options: z.array(text),
  subject: text,
  body: text.nullable(),
  defaults: z.array(text).nullable(),
  multiple: z.boolean(),
  params: object,
  assigned_users: z.array(HITLUser),
  created_at: date,
  responded_by_user: HITLUser.nullable(),
  responded_at: date.nullable(),
  chosen_options: z.array(text).nullable(),
  params_input: object,
  response_received: z.boolean(),
}
export const HITLDetail = z.object({ task_instance: TaskInstanceResponse, ...detailFields }).openapi('HITLDetail')
export const HITLDetailHistory = z
  .object({ task_instance: TaskInstanceHistoryResponse, ...detailFields })
  .openapi('HITLDetailHistory')
export const HITLDetailCollection = z
  .object({ hitl_details: z.array(HITLDetail), total_entries: count })
  .openapi('HITLDetailCollection')
export const UpdateHITLDetailPayload = z
  .strictObject({ chosen_options: z.array(text).min(1), params_input: z.record(z.string(), json).default({}) })
  .openapi('UpdateHITLDetailPayload')
export const HITLDetailResponse = z
  .object({ responded_by: HITLUser, responded_at: date, chosen_options: z.array(text), params_input: object })
  .openapi('HITLDetailResponse')

const tryNumber = z.number().int().min(1).optional().openapi({ description: 'refused when another try waits by now' })
export const CompleteTaskBody = z
  .discriminatedUnion('state', [
    z.strictObject({ state: z.literal('success'), value: json.optional(), try_number: tryNumber }),
    z.strictObject({
      state: z.literal('failed'),
      error: z.strictObject({ name: text.min(1).max(256).default('Error'), message: text.max(4000) }),
      try_number: tryNumber,
    }),
  ])
  .openapi('CompleteTaskBody')
export const CompleteTaskResponse = z
  .object({
    state: text,
    repeated: z.boolean().openapi({ description: 'this try was completed before; the first completion stands' }),
  })
  .openapi('CompleteTaskResponse')
export const HeartbeatResponse = z.object({ deadline: date.nullable() }).openapi('HeartbeatResponse')
