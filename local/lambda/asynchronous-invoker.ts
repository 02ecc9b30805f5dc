/**
 * Asynchronous invocations: at least once, in the background, repeated after a failure as the function's settings say, and
 * given to its failure destination when that did not help. Lambda waits one and two minutes between tries; here seconds,
 * so that a laptop heals quickly. Invariant: an accepted event is on disk until its function or its destination has it.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { LambdaOutcome } from '../step-functions/port.ts'
import type { EventFiles, KeptEvent } from './event-files.ts'
import { failureRecord } from './failure-record.ts'
import { type FunctionVersion, functionArn } from './function-version.ts'
import type { LambdaService } from './lambda-service.ts'

export interface AsynchronousInvoker {
  /** Keeps the event on disk and returns. @throws TooManyEvents; Error of the file system. */
  accept(address: string, payload: string): void
  /** Returns at once; lost when the process ends. For what a later sweep does again. */
  invokeLater(address: string, payload: string): void
  /** Begins with what an earlier process has left. Functions must be known by now; what came before this waits for it. */
  start(): void
  /** Begins no more invocations; accepts still. */
  hold(): void
  close(): void
}

export interface AsynchronousInvokerOptions {
  readonly clock: Clock
  readonly place: { readonly region: string; readonly accountId: string }
  readonly lambda: Pick<LambdaService, 'invoke' | 'functions'>
  readonly files: EventFiles
  /** An event whose every try failed, and nobody wants to know of it. */
  readonly onGivenUp: (functionName: string, outcome: Failure) => void
}

type Failure = LambdaOutcome & { readonly ok: false }

/** There is no more room for events (Lambda: `TooManyRequestsException`). */
export class TooManyEvents extends Error {
  override readonly name = 'TooManyEvents'
}

const retryDelaysMs = [1_000, 5_000]
/** Accepted and not yet taken; each has 1 MB at most. */
const mostEvents = 10_000
/** Payloads of one pool in memory, running or queued for a worker; the others wait on disk. */
const mostAtOnce = 64
/** Whatever ended the process each time, it may be this event. */
const mostInterruptions = 5

export function createAsynchronousInvoker(options: AsynchronousInvokerOptions): AsynchronousInvoker {
  const { clock, place, lambda, files } = options
  const lanes = { task: newLane(), platform: newLane() }
  const life = { started: false, held: false, closed: false }
  /** Until functions are known. */
  const early = [...files.left()]
  const alarms = new Set<() => void>()

  const enqueue = (event: KeptEvent) => {
    if (!life.started) return void early.push(event)
    const pool = lambda.functions.find(event.address)?.pool ?? 'platform'
    lanes[pool].waiting.push(event)
    next(lanes[pool])
  }
  const next = (lane: Lane) => {
    while (!life.held && !life.closed && lane.running.size < mostAtOnce) {
      const event = lane.waiting.shift()
      if (!event) return
      lane.running.add(event)
      deliver(event)
        .catch((error: Error) =>
          options.onGivenUp(event.address, { ok: false, error: error.name, cause: error.message }),
        )
        .finally(() => {
          lane.running.delete(event)
          next(lane)
        })
    }
  }
  const deliver = async (event: KeptEvent): Promise<void> => {
    const version = lambda.functions.find(event.address)
    const payload = event.payload()
    const most = version?.events?.maximumRetryAttempts ?? retryDelaysMs.length
    for (let tries = 1; ; tries++) {
      const interrupted = event.begin() - (tries - 1)
      const outcome =
        interrupted < mostInterruptions ? await lambda.invoke(event.address, payload, event.id) : endedWith(interrupted)
      // Broken off, not failed: the next start delivers it again.
      if (life.closed) return
      if (outcome.ok) return event.remove()
      if (!version || tries > most || interrupted >= mostInterruptions) return giveUp(event, payload, outcome, tries)
      await pause(retryDelaysMs[tries - 1] ?? 0)
    }
  }
  const pause = (delayMs: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.alarm(clock.now() + delayMs, () => {
        alarms.delete(cancel)
        resolve()
      })
      alarms.add(cancel)
    })
  const giveUp = (event: KeptEvent, payload: string, outcome: Failure, tries: number) => {
    const version = lambda.functions.find(event.address)
    if (!version?.events) options.onGivenUp(version?.name ?? event.address, outcome)
    else tellDestination(version, version.events.onFailure, { event, payload, outcome, tries })
    // Last: the destination has it on disk by now.
    event.remove()
  }
  const tellDestination = (
    version: FunctionVersion,
    onFailure: string,
    { event, payload, outcome, tries }: { event: KeptEvent; payload: string; outcome: Failure; tries: number },
  ) => {
    const arn = functionArn(place, version.name, version.version)
    const failed = { requestId: event.id, functionArn: arn, version, payload, outcome, tries, nowMs: clock.now() }
    enqueue(files.keep(onFailure, failureRecord(failed)))
  }

  return {
    accept(address, payload) {
      const count = Object.values(lanes).reduce(
        (sum, lane) => sum + lane.waiting.length + lane.running.size,
        early.length,
      )
      if (count >= mostEvents) throw new TooManyEvents(`${mostEvents} events wait for their functions.`)
      enqueue(files.keep(address, payload))
    },
    invokeLater: (address, payload) => enqueue(inMemory(address, payload)),
    start() {
      life.started = true
      for (const event of early.splice(0)) enqueue(event)
    },
    hold() {
      life.held = true
    },
    close() {
      life.closed = true
      for (const cancel of alarms) cancel()
      for (const { running } of Object.values(lanes)) for (const event of running) event.breakOff()
    },
  }
}

interface Lane {
  readonly waiting: KeptEvent[]
  readonly running: Set<KeptEvent>
}

/** Events of tasks never keep those of the platform waiting. */
const newLane = (): Lane => ({ waiting: [], running: new Set() })

function inMemory(address: string, payload: string): KeptEvent {
  let began = 0
  return { id: randomUUID(), address, payload: () => payload, begin: () => began++, breakOff() {}, remove() {} }
}

/** As Lambda says it when the runtime dies. */
function endedWith(times: number): Failure {
  const errorMessage = `Error: the local world ended ${times} times while this event was served`
  return {
    ok: false,
    error: 'Runtime.ExitError',
    cause: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }),
  }
}
