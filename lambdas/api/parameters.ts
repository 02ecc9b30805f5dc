/**
 * Query parameters as schemas: what Airflow's clients send, turned into typed values. A parameter that a route does not
 * know is refused, so that no filter is ever silently ignored.
 */
import { z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { didYouMean } from '../../run-model/index.ts'
import { Refused, unsupportedFilter } from './problems.ts'

/** Airflow's `maximum_page_limit`; a larger limit is lowered to it, as Airflow does. */
const largestPage = 100

const wholeNumber = z
  .string()
  .regex(/^-?\d{1,15}$/, 'a whole number is expected')
  .transform(Number)

export const integer = wholeNumber.openapi({ type: 'integer' })

const natural = wholeNumber.refine((value) => value >= 0, 'a number from 0 is expected')

export const paging = {
  limit: natural
    .transform((limit) => Math.min(limit, largestPage))
    .optional()
    .openapi({ type: 'integer', minimum: 0, maximum: largestPage, default: 50 }),
  offset: natural.optional().openapi({ type: 'integer', minimum: 0, default: 0 }),
}

/** @returns the page that was asked for, with Airflow's defaults. */
export const pageOf = (query: { readonly limit?: number | undefined; readonly offset?: number | undefined }) => ({
  limit: query.limit ?? 50,
  offset: query.offset ?? 0,
})

export const flag = z.stringbool().openapi({ type: 'boolean' })

/** A parameter that may be repeated: `state=failed&state=running`. */
export const many = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value))
  .openapi({ type: 'array', items: { type: 'string' } })

export const manyIntegers = many.pipe(z.array(wholeNumber)).openapi({ type: 'array', items: { type: 'integer' } })

/** `z.enum` for a parameter that may be repeated. */
export const manyOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  many.pipe(z.array(z.enum(values))).openapi({ type: 'array', items: { type: 'string', enum: [...values] } })

const likeSyntax = 'Found anywhere, in any case: `%` any text, `_` one character, `|` between alternatives, `~` all.'
export const pattern = z.string().openapi({ description: likeSyntax })

/** Python writes offsets without colon and six digits of fraction; both are RFC 3339's cousins and accepted. */
const instantForm = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?$/i

function toInstant(text: string): string | null {
  const match = instantForm.exec(text)
  if (match === null) return null
  const zoned = match[1] === undefined ? `${text.length === 10 ? `${text}T00:00` : text}Z` : text
  const at = Date.parse(
    zoned
      .replace(' ', 'T')
      .replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
      .replace(/(\.\d{3})\d+/, '$1'),
  )
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

/** An instant as RFC 3339 UTC; without an offset it is read as UTC, as Airflow reads it. */
export const instant = z
  .string()
  .transform((text, context) => {
    const at = toInstant(text)
    if (at !== null) return at
    context.addIssue({ code: 'custom', message: 'a date-time such as 2026-03-29T01:30:00Z is expected' })
    return z.NEVER
  })
  .openapi({ type: 'string', format: 'date-time' })

/** An instant of a request body; there Airflow asks for an offset. */
export const instantWithOffset = z
  .string()
  .refine((text) => /(?:Z|[+-]\d\d:?\d\d)$/i.test(text), 'the date-time needs an offset, for example Z')
  .pipe(instant)
  .openapi({ type: 'string', format: 'date-time' })

type Bound = 'gte' | 'gt' | 'lte' | 'lt'
const bounds: readonly Bound[] = ['gte', 'gt', 'lte', 'lt']

/** `<field>_gte`, `_gt`, `_lte` and `_lt`, each optional. */
export function range<const F extends string, S extends z.ZodType>(field: F, schema: S) {
  const entries = bounds.map((bound) => [`${field}_${bound}`, schema.optional()])
  // Object.fromEntries forgets its keys; these are exactly the four names above.
  return Object.fromEntries(entries) as { [K in `${F}_${Bound}`]: z.ZodOptional<S> }
}

export const number = z
  .string()
  .transform(Number)
  .refine(Number.isFinite, 'a number is expected')
  .openapi({ type: 'number' })

/** The `request.query` of a route and the guard that refuses every parameter outside of it. */
export function queryOf<T extends z.ZodRawShape>(shape: T) {
  const supported = Object.keys(shape)
  const guard = createMiddleware(async (c, next) => {
    const unknown = Object.keys(c.req.queries()).find((name) => !supported.includes(name))
    if (unknown !== undefined) throw new Refused(unsupportedFilter(unknown, supported, didYouMean(unknown, supported)))
    await next()
  })
  return { query: z.object(shape), guard }
}
