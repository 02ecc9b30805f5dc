/** The few shapes that all bodies are made of. */
import { z } from '@hono/zod-openapi'

export const date = z.string().openapi({ format: 'date-time', description: 'RFC 3339, UTC' })
export const text = z.string()
export const count = z.number().int()
export const object = z.record(z.string(), z.unknown())
/** Always null: a part of Airflow that stepdag has no counterpart for. */
export const absent = z.null()
