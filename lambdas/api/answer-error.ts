/** Every way a request can end badly, turned into one wire shape. */
import { randomUUID } from 'node:crypto'
import type { Hook } from '@hono/zod-openapi'
import type { Context, Env } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import { type FieldProblem, internalError, malformedRequest, Refused, type RequestProblem } from './problems.ts'

type Issue = z.core.$ZodIssue

/** Where FastAPI says a field is, by the part of the request that hono checked. */
const places: Readonly<Record<string, string>> = { query: 'query', param: 'path', json: 'body', header: 'header' }

export function answerProblem(c: Context, problem: RequestProblem): Response {
  const { status, ...body } = problem
  return c.json(body, status)
}

/** For `app.onError`. Only a bug of ours is logged, with its stack; a caller's mistake is the caller's business. */
export function answerError(report: (reference: string, error: unknown) => void) {
  return (error: unknown, c: Context): Response => {
    if (error instanceof Refused) return answerProblem(c, error.problem)
    if (error instanceof HTTPException && error.status < 500) return answerProblem(c, unreadable(error))
    const reference = randomUUID()
    report(reference, error)
    return answerProblem(c, internalError(reference))
  }
}

/** The default hook of every route: what a schema refused. */
export const answerMalformed: Hook<unknown, Env, string, Response | undefined> = (result, c) => {
  if (result.success) return undefined
  const place = places[result.target] ?? result.target
  return answerProblem(c, malformedRequest(result.error.issues.flatMap((issue) => fieldProblems(place, issue))))
}

function fieldProblems(place: string, issue: Issue): readonly FieldProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      loc: [place, ...path, key],
      msg: 'there is no such field',
      type: 'extra_forbidden',
    }))
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  if (isMissing) return [{ loc: [place, ...path], msg: 'this field is required', type: 'missing' }]
  return [{ loc: [place, ...path], msg: issue.message, type: 'value_error' }]
}

/** A body that is no JSON, or does not say that it is. */
function unreadable(error: HTTPException): RequestProblem {
  if (error.status === 415) {
    const msg = 'send the header Content-Type: application/json'
    return malformedRequest([{ loc: ['header', 'content-type'], msg, type: 'value_error' }])
  }
  return malformedRequest([{ loc: ['body'], msg: 'the body is not JSON', type: 'json_invalid' }])
}
