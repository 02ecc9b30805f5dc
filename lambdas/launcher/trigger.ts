/** Makes a run that somebody asked for. It is created first and started by the same plan as any other run. */
import {
  checkRunId,
  type DagRecord,
  type LaunchAnswer,
  makeRunId,
  manualInterval,
  type QueuedRun,
  type TriggerRequest,
} from '../../run-model/index.ts'
import { planDag } from './plan-dag.ts'
import type { LauncherPorts } from './ports.ts'
import { refuse } from './refusals.ts'

/** `conf` and params together (semantics §12). */
const confBytes = 64 * 1024
const noteCharacters = 1000

type Refused = Extract<LaunchAnswer, { kind: 'refused' }>

/** `runs` holds the one run, as it is recorded after the plan: running, or queued when it has to wait. */
export async function trigger(ports: LauncherPorts, request: TriggerRequest): Promise<LaunchAnswer> {
  const { dagId } = request
  const dag = await ports.store.getDag(dagId)
  if (!dag)
    return refuse.unknownDag(
      dagId,
      (await ports.store.listDags()).map((known) => known.dagId),
    )
  if (dag.isStale) return refuse.removedDag(dagId)
  const run = runOf(ports, dag, request)
  if ('status' in run) return run
  const answer = await ports.store.createRun(run)
  if (answer.outcome === 'exists') return refuse.runIdTaken(answer.run)
  if (answer.outcome === 'logical_date_taken') return refuse.logicalDateTaken(run, answer.runId)
  await planNewRun(ports, run)
  return { kind: 'launched', runs: [(await ports.store.getRun(run)) ?? answer.run] }
}

/** The run exists now, so the request is met. If it cannot start yet, the next plan of its DAG starts it. */
async function planNewRun(ports: LauncherPorts, { dagId, runId }: QueuedRun): Promise<void> {
  try {
    await planDag(ports, dagId, { now: ports.now(), freshRuns: [runId] })
  } catch (error) {
    ports.warn(`Run ${runId} of DAG ${dagId} is recorded and waits for the next plan`, error)
  }
}

function runOf(ports: LauncherPorts, dag: DagRecord, request: TriggerRequest): QueuedRun | Refused {
  const refused = checkDates(request) ?? checkSizes(request)
  if (refused) return refused
  const now = new Date(ports.now()).toISOString()
  const logicalDate = request.logicalDate ? instant(request.logicalDate) : null
  const runAfter = request.runAfter === undefined ? now : instant(request.runAfter)
  const fault = request.runId === undefined ? null : checkRunId(request.runId, 'manual')
  if (fault) return refuse.badRunId(request.runId!, fault)
  const { start, end } = request.dataInterval ?? {}
  return {
    dagId: dag.dagId,
    runId: request.runId ?? makeRunId({ runType: 'manual', runAfter, logicalDate }, ports.randomSuffix),
    state: 'queued',
    runType: 'manual',
    triggeredBy: request.triggeredBy,
    runAfter,
    logicalDate,
    dataInterval:
      start !== undefined && end !== undefined
        ? { start: instant(start), end: instant(end) }
        : manualInterval(dag.schedule, logicalDate),
    conf: request.conf ?? {},
    note: request.note ?? null,
    queuedAt: now,
    ...(request.triggeredFrom && { triggeredFrom: request.triggeredFrom }),
  }
}

function checkDates(request: TriggerRequest): Refused | null {
  const { logicalDate, runAfter, dataInterval } = request
  const dates = {
    logical_date: logicalDate ?? undefined,
    run_after: runAfter,
    data_interval_start: dataInterval?.start,
    data_interval_end: dataInterval?.end,
  }
  for (const [name, text] of Object.entries(dates)) {
    if (text !== undefined && !isInstant(text)) return refuse.badDate(name, text)
  }
  if (!dataInterval) return null
  if (!logicalDate) return refuse.intervalWithoutDate()
  return Date.parse(dataInterval.start) > Date.parse(dataInterval.end) ? refuse.reversedInterval(dataInterval) : null
}

function checkSizes(request: TriggerRequest): Refused | null {
  const bytes = Buffer.byteLength(JSON.stringify(request.conf ?? {}))
  if (bytes > confBytes) return refuse.confTooLarge(bytes, confBytes)
  const characters = request.note?.length ?? 0
  return characters > noteCharacters ? refuse.noteTooLong(characters, noteCharacters) : null
}

/** RFC 3339 with a zone, and a day that exists: `Date` alone would take 30 February for 2 March. */
function isInstant(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (!parts || Number.isNaN(Date.parse(text))) return false
  const [year, month, day] = parts.slice(1, 4).map(Number)
  return day! <= new Date(Date.UTC(year!, month!, 0)).getUTCDate()
}

const instant = (text: string) => new Date(text).toISOString()
