/** Error bodies: Airflow's `detail` with our explanation beside it. */
import { z } from '@hono/zod-openapi'
import { count, text } from './primitives.ts'

const explanation = {
  code: text.openapi({ description: '[+] stable kebab-case code' }),
  why: text.openapi({ description: '[+] the reason' }),
  fix: text.openapi({ description: '[+] what to do' }),
}
export const ProblemResponse = z.object({ detail: text, ...explanation }).openapi('HTTPExceptionResponse')
export const MalformedResponse = z
  .object({
    detail: z.array(z.object({ loc: z.array(z.union([text, count])), msg: text, type: text })),
    ...explanation,
  })
  .openapi('HTTPValidationError')
