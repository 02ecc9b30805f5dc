/**
 * What a caller of the HTTP API can do wrong, one function per code, in alphabetical order; refusals of a trigger come from
 * the launcher (`lambdas/launcher/refusals.ts`). The wire shape is Airflow's `detail` with our `code`, `why` and `fix`.
 */
import type { ContentfulStatusCode } from 'hono/utils/http-status'

export interface RequestProblem {
  readonly status: ContentfulStatusCode
  /** One sentence; for a malformed request a list, one entry per field, as FastAPI answers. */
  readonly detail: string | readonly FieldProblem[]
  /** Stable kebab-case code. Never reused; unique across this catalogue and the compiler's. */
  readonly code: string
  readonly why: string
  readonly fix: string
}

export interface FieldProblem {
  /** Where the field is: `query`, `path` or `body`, then names and positions. */
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
}

/** Thrown by a route to answer a problem; `answer-error.ts` turns it into the response. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: RequestProblem
  constructor(problem: RequestProblem) {
    super(typeof problem.detail === 'string' ? problem.detail : problem.code)
    this.problem = problem
  }
}

const list = (names: readonly string[]) => names.join(', ')
const meant = (name: string | null, otherwise: string) => (name === null ? otherwise : `did you mean ${name}?`)

export const alreadyAnswered = (taskId: string): RequestProblem => ({
  status: 409,
  detail: `task ${taskId} has been answered already`,
  code: 'already-answered',
  why: 'the first answer counts; the run has gone on with it',
  fix: 'GET …/hitlDetails shows the answer',
})

export const asksNobody = (taskId: string): RequestProblem => ({
  status: 404,
  detail: `task ${taskId} asks nobody in this run`,
  code: 'asks-nobody',
  why: 'only tasks made with humanInput or approval do, once they are reached',
  fix: 'GET …/dagRuns/~/hitlDetails?response_received=false lists what waits for an answer',
})

export const bodyTooLarge = (limitKib: number): RequestProblem => ({
  status: 413,
  detail: `the request body is larger than ${limitKib} KiB`,
  code: 'body-too-large',
  why: 'no request of this API needs more; conf alone may have 64 KiB',
  fix: 'put the data into a bucket and pass its address in conf',
})

export const dagPatternRequired = (): RequestProblem => ({
  status: 400,
  detail: 'dag_id_pattern is missing',
  code: 'dag-pattern-required',
  why: 'a PATCH of many DAGs changes only those that it names',
  fix: 'add for example dag_id_pattern=sales; dag_id_pattern=~ means every DAG',
})

export const foreignHost = (host: string): RequestProblem => ({
  status: 403,
  detail: `this server answers only at a loopback address, not as "${host}"`,
  code: 'foreign-host',
  why: 'a web page could point its own name at 127.0.0.1 and read your runs (DNS rebinding)',
  fix: 'call http://127.0.0.1:<port> or http://localhost:<port>',
})

export const foreignOrigin = (origin: string): RequestProblem => ({
  status: 403,
  detail: `a page of ${origin} may not call this server`,
  code: 'foreign-origin',
  why: 'this server has no passwords; any page you open could start runs otherwise',
  fix: 'call the API from a program, or from a page that this server itself serves',
})

export const internalError = (requestId: string): RequestProblem => ({
  status: 500,
  detail: `stepdag made a mistake while it answered (reference ${requestId})`,
  code: 'internal-error',
  why: 'this is a bug or an unreachable store, not a mistake in your request',
  fix: `look for ${requestId} in the log of the API and please report what stands there`,
})

export const malformedRequest = (detail: readonly FieldProblem[]): RequestProblem => ({
  status: 422,
  detail,
  code: 'malformed-request',
  why: 'every field is checked before anything is read or changed',
  fix: 'correct the fields named in detail; /openapi.json describes them',
})

export const methodNotAllowed = (method: string, path: string, allowed: readonly string[]): RequestProblem => ({
  status: 405,
  detail: `${path} has no ${method}`,
  code: 'method-not-allowed',
  why: `it answers ${list(allowed)}`,
  fix: `use ${allowed.join(' or ')}`,
})

export const notAcceptable = (accept: string): RequestProblem => ({
  status: 406,
  detail: `"${accept}" is not available`,
  code: 'not-acceptable',
  why: 'sources come as application/json or text/plain',
  fix: 'send Accept: application/json or Accept: text/plain',
})

export const notAssigned = (taskId: string, user: string, assignees: readonly string[]): RequestProblem => ({
  status: 403,
  detail: `${user} may not answer task ${taskId}`,
  code: 'not-assigned',
  why: `its assignees are: ${list(assignees)}`,
  fix: 'let one of them answer, with a token of their own',
})

export const notImplemented = (method: string, path: string): RequestProblem => ({
  status: 501,
  detail: `${method} ${path} is part of Airflow's API but not of stepdag's yet`,
  code: 'not-implemented',
  why: 'an operation that is missing says so, instead of answering as if it had worked',
  fix: '/openapi.json lists what is there',
})

export const notMapped = (taskId: string): RequestProblem => ({
  status: 404,
  detail: `task ${taskId} is not mapped`,
  code: 'not-mapped',
  why: 'only a mapped task has one instance per index',
  fix: `read /taskInstances/${taskId} without listMapped`,
})

export const notWaiting = (taskId: string): RequestProblem => ({
  status: 409,
  detail: `task ${taskId} does not wait for an answer`,
  code: 'not-waiting',
  why: 'it has ended, has not started yet, or is no task that waits for work elsewhere or for a person',
  fix: 'read its state; people’s tasks are answered with PATCH …/hitlDetails, deferrable ones with POST …/complete',
})

export const otherTryWaits = (taskId: string, given: number, current: number): RequestProblem => ({
  status: 409,
  detail: `try ${given} of task ${taskId} is not its current one, which is ${current}`,
  code: 'other-try-waits',
  why: 'the answer belongs to work of another try',
  fix: 'drop it; the work of the current try answers for itself',
})

export const unknownDag = (dagId: string, near: string | null): RequestProblem => ({
  status: 404,
  detail: `DAG ${dagId} does not exist`,
  code: 'unknown-dag',
  why: 'no DAG of this id was ever registered here',
  fix: meant(near, 'GET /api/v2/dags lists the DAGs that exist'),
})

export const unknownDagVersion = (dagId: string, version: number, newest: number): RequestProblem => ({
  status: 404,
  detail: `DAG ${dagId} has no version ${version}`,
  code: 'unknown-dag-version',
  why: 'version numbers start at 1 and grow by one with each change',
  fix: `the newest is ${newest}`,
})

export const unknownOption = (taskId: string, chosen: string, options: readonly string[]): RequestProblem => ({
  status: 400,
  detail: `task ${taskId} does not take ${JSON.stringify(chosen)} as an answer`,
  code: 'unknown-option',
  why: `its options are: ${list(options)}; more than one may be chosen only where the task says so`,
  fix: `for example ${JSON.stringify({ chosen_options: options.slice(0, 1) })}`,
})

export const unknownPath = (method: string, path: string, near: string | null): RequestProblem => ({
  status: 404,
  detail: `there is nothing at ${method} ${path}`,
  code: 'unknown-path',
  why: 'the path is neither one of stepdag nor one of Airflow 3.2',
  fix: meant(near, '/openapi.json lists the paths'),
})

export const unknownRun = (dagId: string, runId: string, near: string | null): RequestProblem => ({
  status: 404,
  detail: `DAG ${dagId} has no run ${runId}`,
  code: 'unknown-run',
  why: 'it was never created, or its retention is over',
  fix: meant(near, `GET /api/v2/dags/${dagId}/dagRuns?order_by=-run_after lists the newest`),
})

export const unknownTask = (dagId: string, taskId: string, near: string | null): RequestProblem => ({
  status: 404,
  detail: `DAG ${dagId} has no task ${taskId}`,
  code: 'unknown-task',
  why: 'the version that is asked about has no task of this id',
  fix: meant(near, `GET /api/v2/dags/${dagId}/tasks lists its tasks`),
})

export const unknownTaskInstance = (taskId: string, mapIndex: number): RequestProblem => ({
  status: 404,
  detail: `task ${taskId} has no instance with map_index ${mapIndex} in this run`,
  code: 'unknown-task-instance',
  why: 'a task that is not mapped has the single map_index -1',
  fix: mapIndex === -1 ? 'add the map_index to the path' : 'ask for map_index -1',
})

export const unknownTry = (taskId: string, tryNumber: number, last: number): RequestProblem => ({
  status: 404,
  detail: `task ${taskId} has no try ${tryNumber} in this run`,
  code: 'unknown-try',
  why: last === 0 ? 'it has not been tried yet' : `it was tried ${last} times`,
  fix: last === 0 ? 'wait until it runs' : `ask for a try from 1 to ${last}`,
})

export const unknownXcom = (taskId: string, key: string, near: string | null): RequestProblem => ({
  status: 404,
  detail: `task ${taskId} has no XCom entry ${key} in this run`,
  code: 'unknown-xcom',
  why: 'the task did not push it, or has not run yet',
  fix: meant(near, `GET …/taskInstances/${taskId}/xcomEntries lists what it pushed`),
})

export const unsupportedField = (field: string, why: string, fix: string): RequestProblem => ({
  status: 400,
  detail: `${field} is not supported`,
  code: 'unsupported-field',
  why,
  fix,
})

export const unsupportedFilter = (name: string, supported: readonly string[], near: string | null): RequestProblem => ({
  status: 400,
  detail: `"${name}" is not a parameter of this request`,
  code: 'unsupported-filter',
  why: `a filter that is not applied would give wrong answers; supported are: ${list(supported) || 'none'}`,
  fix: meant(near, `leave ${name} out`),
})

export const unsupportedOrder = (name: string, supported: readonly string[]): RequestProblem => ({
  status: 400,
  detail: `cannot order by "${name}"`,
  code: 'unsupported-order',
  why: `this list can be ordered by: ${list(supported)}; - in front makes it descending`,
  fix: `for example order_by=-${supported[0] ?? ''}`,
})

export const windowTooWide = (what: string, limit: number): RequestProblem => ({
  status: 400,
  detail: `more than ${limit} ${what} would have to be read for this answer`,
  code: 'window-too-wide',
  why: 'only state, DAG, run_after and the order by run_after are indexed; the rest is compared run by run',
  fix: 'narrow it with run_after_gte and run_after_lte, or name one DAG or one run in the path',
})
