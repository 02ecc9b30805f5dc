/** ListMapRuns and DescribeMapRun: counted from the entries of the execution that the Map Run belongs to. */
import type { Entry, MapRunPlan } from '../execution/entry.ts'
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
  readonly total: number
  readonly startedAtMs: number
  readonly stoppedAtMs: number | null
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED'
  readonly succeeded: number
  readonly failed: number
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

/** Its ARN does not name the execution: any of its items does, and without items the machine's executions are searched. */
export function describeMapRun(service: Service, request: Request) {
  const arn = requiredText(request, 'mapRunArn')
  const [, labelled, machineName] =
    /^arn:aws[\w-]*:states:[\w-]+:\d{12}:mapRun:(([^:/]+)\/[^:]+):[^:]+$/.exec(arn) ?? []
  if (labelled === undefined || machineName === undefined) throw new ApiError('InvalidArn', `Invalid Arn: '${arn}'`)
  for (const key of possibleParents(service, arn, labelled, machineName)) {
    const found = mapRunsOf(service, key).find((run) => run.arn === arn)
    if (found) return description(found)
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
    redriveCount: 0,
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
  const after = entries.slice(entries.indexOf(started) + 1).filter(({ scope }) => scope === started.scope)
  const end = after.find(({ type }) => /^MapRun(Succeeded|Failed|Aborted)$|^ExecutionTimedOut$/.test(type))
  const items = after.slice(0, end && after.indexOf(end)).filter(({ type }) => type === '~ItemEnded')
  const plan = started.own!.mapRun!
  const read = after.find(({ type }) => type === '~ItemsRead')
  const succeeded = items.filter(({ own }) => own?.outcome?.ok).length
  return {
    arn: started.details!.mapRunArn!,
    executionArn: state.identity.arn,
    machineArn: state.identity.machineArn,
    plan,
    total: (read?.own?.inputs ?? plan.inputs).length,
    startedAtMs: started.atMs,
    stoppedAtMs: end?.atMs ?? state.stoppedAtMs,
    status: statusOf(end?.type ?? null, state),
    succeeded,
    failed: items.length - succeeded,
  }
}

function statusOf(end: string | null, state: ExecutionState): MapRun['status'] {
  if (end === 'MapRunSucceeded') return 'SUCCEEDED'
  if (end === 'MapRunFailed') return 'FAILED'
  return end === null && state.status === 'RUNNING' ? 'RUNNING' : 'ABORTED'
}
