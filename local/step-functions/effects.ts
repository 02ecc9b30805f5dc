/** What follows from state that is on disk: alarms, calls, children, announcements. Nothing here decides. */
import { announceEnd, awaitChild, feedMapRun, stopLostChildren } from './children.ts'
import { stateOf } from './definition/machine.ts'
import type { TaskOutcome } from './execution/entry.ts'
import { deadlineOf, type MapRunPhase, type Scope, type TaskPhase } from './execution/state.ts'
import { call } from './integrations/call.ts'
import { readItems } from './integrations/read-items.ts'
import { writeResults } from './integrations/write-results.ts'
import type { Lifetime } from './lifetime.ts'
import { childResults } from './map-results.ts'
import { cancelAlarms, executionAlarm, type Running, setAlarm } from './running.ts'
import { resourceOf } from './states/task.ts'
import { statusChange } from './status-change.ts'
import { keyText } from './storage/execution-logs.ts'

export function takeEffect(lifetime: Lifetime, execution: Running): void {
  const { state } = execution
  if (state.status !== 'RUNNING') {
    close(lifetime, execution)
    return
  }
  dispatchTouched(lifetime, execution)
  stopLostChildren(lifetime, execution)
  for (const [scopeId, alarm] of execution.alarms) {
    if (scopeId === executionAlarm || state.scopes.has(scopeId)) continue
    alarm.cancel()
    execution.alarms.delete(scopeId)
  }
}

export function dispatchTouched(lifetime: Lifetime, execution: Running): void {
  for (const scopeId of execution.touched) {
    const scope = execution.state.scopes.get(scopeId)
    if (scope) dispatch(lifetime, execution, scope)
  }
  execution.touched.clear()
}

function dispatch(lifetime: Lifetime, execution: Running, scope: Scope): void {
  setAlarm(execution, lifetime.options.clock, scope.id, deadlineOf(execution.state, scope), () => {
    lifetime.enqueueQuietly(execution, { kind: 'due', scopeId: scope.id })
  })
  const { phase } = scope
  if (phase.kind === 'mapRun') {
    if (phase.reading !== null) readOnce(lifetime, execution, scope, phase)
    else if (phase.writing) writeOnce(lifetime, execution, scope, phase)
    else if (!phase.redriving) feedMapRun(lifetime, execution, scope)
  }
  if (phase.kind !== 'task') return
  if (phase.offeredTo !== null) offerOnce(lifetime, execution, scope, { activityArn: phase.offeredTo, phase })
  if (phase.submitted) {
    if (phase.child !== null) {
      awaitChild(lifetime, execution, phase.child, {
        parent: execution.key,
        scopeId: scope.id,
        eventId: phase.scheduledEventId,
        item: null,
      })
    }
    return
  }
  if (execution.calledEvents.has(phase.scheduledEventId)) return
  execution.calledEvents.add(phase.scheduledEventId)
  void makeCall(lifetime, execution, { scope, phase })
}

/** After a restart a task that no worker has taken is offered again. */
function offerOnce(
  lifetime: Lifetime,
  execution: Running,
  scope: Scope,
  { activityArn, phase }: { readonly activityArn: string; readonly phase: TaskPhase },
): void {
  const { scheduledEventId } = phase
  if (execution.calledEvents.has(scheduledEventId)) return
  execution.calledEvents.add(scheduledEventId)
  lifetime.activities.offer(activityArn, { key: execution.key, scopeId: scope.id, scheduledEventId })
}

/** Reading again after a restart is safe: nothing has been started from it. */
function readOnce(lifetime: Lifetime, execution: Running, scope: Scope, phase: MapRunPhase): void {
  const eventId = phase.startedEventId
  if (execution.calledEvents.has(eventId)) return
  execution.calledEvents.add(eventId)
  void readItems(phase.reading!, lifetime.options).then((outcome) => {
    if (!lifetime.closed) lifetime.enqueueQuietly(execution, { kind: 'itemsRead', scopeId: scope.id, eventId, outcome })
  })
}

/** Writing again after a restart is safe: it gives the same objects. Its mark is negative, beside that of the reading. */
function writeOnce(lifetime: Lifetime, execution: Running, scope: Scope, phase: MapRunPhase): void {
  const eventId = phase.startedEventId
  if (execution.calledEvents.has(-eventId)) return
  execution.calledEvents.add(-eventId)
  const results = childResults(lifetime, execution, scope)
  void writeResults(phase.writer!, phase.mapRunArn, results, lifetime.options).then((outcome) => {
    const written = { kind: 'resultsWritten', scopeId: scope.id, eventId, outcome } as const
    if (!lifetime.closed) lifetime.enqueueQuietly(execution, written)
  })
}

async function makeCall(
  lifetime: Lifetime,
  execution: Running,
  { scope, phase }: { readonly scope: Scope; readonly phase: TaskPhase },
): Promise<void> {
  const resource = resourceOf(stateOf(execution.machine, scope.regionPath, scope.current!.name).json)
  if (resource.kind === 'activity') return // it waits for a worker, see `offerOnce`
  const { scheduledEventId, parameters } = phase
  const outcome = await call(resource, parameters, {
    options: lifetime.options,
    operate: lifetime.operate,
    startedBy: { ...execution.key, eventId: scheduledEventId, waits: resource.kind === 'execution' && resource.waits },
  }).catch((error: unknown): TaskOutcome => {
    // `call` does not reject; if it did, the execution would wait for ever.
    return { ok: false, error: 'States.Runtime', cause: `The call failed; please report: ${String(error)}` }
  })
  if (lifetime.closed) return
  // Forgotten only after the answer is on disk: until then the state still looks as if the call had to be made.
  await lifetime
    .enqueue(execution, { kind: 'called', scopeId: scope.id, scheduledEventId, outcome })
    .then(() => execution.calledEvents.delete(scheduledEventId))
    .catch(() => undefined)
}

function close(lifetime: Lifetime, execution: Running): void {
  cancelAlarms(execution)
  lifetime.running.delete(keyText(execution.key))
  for (const job of execution.queue.splice(0)) job.settle(false)
  lifetime.options.onStatusChange?.(statusChange(execution.state))
  // After the announcement: an end without this line is announced again at the next start.
  fileEnd(lifetime, execution)
  stopLostChildren(lifetime, execution)
  announceEnd(lifetime, execution)
}

/** A disk that refuses this line keeps nobody waiting: the end is in the log, and is filed at the next start. */
function fileEnd({ index, options }: Lifetime, { key, state }: Running): void {
  try {
    index.closed(key, state)
  } catch (error) {
    options.onNotice?.({
      what: `The end of ${state.identity.arn} could not be filed: ${String(error)}.`,
      fix: 'Make room or repair the data folder. At the next start its end is announced again and filed.',
    })
  }
}
