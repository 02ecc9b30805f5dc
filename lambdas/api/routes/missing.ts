/** What the API does not answer: operations of Airflow's that stepdag lacks (501), wrong methods (405), unknown paths (404). */
import type { Context } from 'hono'
import { Hono } from 'hono'
import { didYouMean } from '../../../run-model/index.ts'
import { airflowSurface, type Operation } from '../airflow-surface.ts'
import { answerProblem } from '../answer-error.ts'
import { methodNotAllowed, notImplemented, unknownPath } from '../problems.ts'

/** `GET /dags/{dag_id}` as the key of an operation. */
export const operationKey = (method: string, path: string) => `${method.toUpperCase()} ${path}`

const honoPath = (path: string) => path.replace(/\{(\w+)\}/g, ':$1')

/** Registered before the routes: their literal ends (`/links`) would otherwise be read as a `{map_index}`. */
export function missingRoutes(implemented: ReadonlySet<string>): Hono {
  const app = new Hono()
  for (const { method, path } of airflowSurface) {
    if (implemented.has(operationKey(method, path))) continue
    app.on(method, honoPath(path), (c) => answerProblem(c, notImplemented(method, c.req.path)))
  }
  return app
}

/** For `app.notFound`. @param base `/api/v2` */
export const answerNotFound = (base: string, implemented: ReadonlySet<string>) => (c: Context) => {
  const path = c.req.path
  const allowed = airflowSurface.filter(
    (operation) => path.startsWith(base) && fits(operation, path.slice(base.length)),
  )
  if (allowed.length > 0) {
    const methods = allowed.map((operation) => operation.method)
    return answerProblem(c, methodNotAllowed(c.req.method, path, methods))
  }
  return answerProblem(c, unknownPath(c.req.method, path, nearest(base, path, implemented)))
}

function fits({ path }: Operation, actual: string): boolean {
  const parts = path.split('/')
  const actualParts = actual.split('/')
  return (
    parts.length === actualParts.length && parts.every((part, at) => part.startsWith('{') || part === actualParts[at])
  )
}

/** Compares only paths of the same length; a forgotten `/api/v2` is the commonest slip. */
function nearest(base: string, path: string, implemented: ReadonlySet<string>): string | null {
  const known = [...implemented].map((key) => key.slice(key.indexOf(' ') + 1))
  const withoutBase = known.find((one) => fits({ method: 'GET', path: one }, path))
  if (withoutBase !== undefined) return base + path
  const filled = known.map((one) => base + fillFrom(one, path.slice(base.length)))
  return didYouMean(path, filled)
}

/** Puts the caller's own ids into the parameters, so that only the words are compared. */
function fillFrom(known: string, actual: string): string {
  const actualParts = actual.split('/')
  return known
    .split('/')
    .map((part, at) => (part.startsWith('{') ? (actualParts[at] ?? part) : part))
    .join('/')
}
