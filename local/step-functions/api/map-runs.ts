/** ListMapRuns, DescribeMapRun and UpdateMapRun: counted from the entries of the execution that the Map Run belongs to. */
import type { Entry, MapRunLimits, MapRunPlan, TaskOutcome } from '../execution/entry.ts'
import type { ExecutionState } from '../execution/state.ts'
import type { ExecutionKey } from '../storage/execution-logs.ts'
import { ApiError, pageOf, type Request, requiredText, seconds } from './api-error.ts'
import { readExecutionArn } from './arns.ts'
import type { Service } from './service.ts'

interface MapRun {
  readonly arn: string
  readonly executionArn: string
  readonly machineArn: string
  readonly plan: MapRunPlan
  readonly scopeId: number
  readonly startedEventId: number
  readonly total: number
  readonly startedAtMs: number
  readonly stoppedAtMs: number | null
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'
  readonly succeeded: number
  readonly failed: number
  readonly redriveCount: number
}

export function listMapRuns(service: Service, request: Request) {
  const arn = requiredText(request, 'executionArn')
  const page = pageOf(mapRunsOf(service, readExecutionArn(arn)), request, 100, 1000)
  return {
    mapRuns: page.items.map((run) => ({
      executionArn: run.executionArn,
      mapRunArn: run.arn,
      stateMachineArn: run.machineArn,
      startDate: seconds(run.startedAtMs),
      ...(run.stoppedAtMs === null ? {} : { stopDate: seconds(run.stoppedAtMs) }),
    })),
    nextToken: page.nextToken,
  }
}

export function describeMapRun(service: Service, request: Request) {
  return description(find(service, request).run)
}

/** Of a Map Run that is open: items that have begun go on. */
export async function updateMapRun(service: Service, request: Request) {
  const limits = limitsOf(request)
  if (Object.keys(limits).length === 0) {
    const members = 'maxConcurrency, toleratedFailureCount or toleratedFailurePercentage'
    throw new ApiError('ValidationException', `One of ${members} must be specified`)
  }
  const { run, key } = find(service, request)
  const { scopeId, startedEventId: eventId } = run
  const isChanged = await service.engine.deliver(key, { kind: 'limited', scopeId, eventId, limits })
  if (!isChanged)
    throw new ApiError('ValidationException', `Map Run is ${run.status} and cannot be updated: '${run.arn}'`)
  return {}
}

function limitsOf({ maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }: Request): MapRunLimits {
  return {
    ...(typeof maxConcurrency === 'number' ? { maxConcurrency } : {}),
    ...(typeof toleratedFailureCount === 'number' ? { toleratedCount: toleratedFailureCount } : {}),
    ...(typeof toleratedFailurePercentage === 'number' ? { toleratedPercentage: toleratedFailurePercentage } : {}),
  }
}

/** Its ARN does not name the execution: any of its items does, and without items the machine's executions are searched. */
function find(service: Service, request: Request): { readonly run: MapRun; readonly key: ExecutionKey } {
  const arn = requiredText(request, 'mapRunArn')
  const [, labelled, machineName] =
    /^arn:aws[\w-]*:states:[\w-]+:\d{12}:mapRun:(([^:/]+)\/[^:]+):[^:]+$/.exec(arn) ?? []
  if (labelled === undefined || machineName === undefined) throw new ApiError('InvalidArn', `Invalid Arn: '${arn}'`)
  for (const key of possibleParents(service, arn, labelled, machineName)) {
    const run = mapRunsOf(service, key).find((one) => one.arn === arn)
    if (run) return { run, key: { machineName: key.machineName, executionName: key.executionName } }
  }
  throw new ApiError('ResourceNotFound', `Resource not found: '${arn}'`)
}

function* possibleParents(service: Service, arn: string, labelled: string, machineName: string) {
  for (const row of service.index.newestFirst(labelled)) {
    const parent = row.mapRunArn === arn ? service.engine.find(row)?.identity.startedBy : undefined
    if (!parent) continue
    yield parent
    break
  }
  yield* service.index.newestFirst(machineName)
}

function description({ plan, total, succeeded, failed, ...run }: MapRun) {
  const counts = {
    pending: 0,
    running: run.status === 'RUNNING' ? total - succeeded - failed : 0,
    succeeded,
    failed,
    timedOut: 0,
    aborted: run.status === 'RUNNING' ? 0 : total - succeeded - failed,
    total,
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  }
  return {
    mapRunArn: run.arn,
    executionArn: run.executionArn,
    status: run.status,
    startDate: seconds(run.startedAtMs),
    ...(run.stoppedAtMs === null ? {} : { stopDate: seconds(run.stoppedAtMs) }),
    maxConcurrency: plan.maxConcurrency,
    toleratedFailurePercentage: plan.toleratedPercentage ?? 0,
    toleratedFailureCount: plan.toleratedCount ?? 0,
    itemCounts: counts,
    executionCounts: counts,
    redriveCount: run.redriveCount,
  }
}

function mapRunsOf(service: Service, key: ExecutionKey): MapRun[] {
  const state = service.engine.find(key)
  if (!state) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${key.executionName}'`)
  const entries = service.engine.history(key) ?? []
  return entries.filter(({ type }) => type === 'MapRunStarted').map((started) => mapRun(state, entries, started))
}

/** What happens in its scope until its next end is the Map Run's. */
function mapRun(state: ExecutionState, entries: readonly Entry[], started: Entry): MapRun {
  const own = ownEntries(entries, started)
  const redrives = own.filter(({ type }) => type === 'MapRunRedriven')
  const last = own.slice(own.indexOf(redrives.at(-1)!) + 1)
  const end = last.find(({ type }) => /^MapRun(Succeeded|Failed|Aborted)$|^ExecutionTimedOut$/.test(type))
  const outcomes = outcomesOf(own.slice(0, end && own.indexOf(end)))
  const updates = own.map((entry) => entry.own?.limits)
  const plan = Object.assign({}, started.own!.mapRun!, ...updates) as MapRunPlan // limits are a part of a plan
  const read = own.find(({ type }) => type === '~ItemsRead')
  const succeeded = outcomes.filter(({ ok }) => ok).length
  return {
    arn: started.details!.mapRunArn!,
    executionArn: state.identity.arn,
    machineArn: state.identity.machineArn,
    plan,
    scopeId: started.scope,
    startedEventId: started.id,
    total: (read?.own?.inputs ?? plan.inputs).length,
    startedAtMs: started.atMs,
    stoppedAtMs: end?.atMs ?? state.stoppedAtMs,
    status: statusOf(end?.type ?? null, state),
    succeeded,
    failed: outcomes.length - succeeded,
    redriveCount: redrives.length,
  }
}

/** Until the scope starts another Map Run. */
function ownEntries(entries: readonly Entry[], started: Entry): readonly Entry[] {
  const after = entries.slice(entries.indexOf(started) + 1).filter(({ scope }) => scope === started.scope)
  const next = after.findIndex(({ type }) => type === 'MapRunStarted')
  return next === -1 ? after : after.slice(0, next)
}

/** A redrive opens again what had not succeeded. */
function outcomesOf(entries: readonly Entry[]): readonly TaskOutcome[] {
  const outcomes = new Map<number, TaskOutcome>()
  for (const { type, own } of entries) {
    if (type === '~ItemEnded') outcomes.set(own!.ended!, own!.outcome!)
    if (type !== 'MapRunRedriven') continue
    for (const [item, { ok }] of [...outcomes]) if (!ok) outcomes.delete(item)
  }
  return [...outcomes.values()]
}

function statusOf(end: string | null, state: ExecutionState): MapRun['status'] {
  if (end === 'MapRunSucceeded') return 'SUCCEEDED'
  if (end === 'MapRunFailed') return 'FAILED'
  return end === null && state.status === 'RUNNING' ? 'RUNNING' : 'ABORTED'
}
