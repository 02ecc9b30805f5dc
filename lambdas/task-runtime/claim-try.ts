/**
 * Takes the right to run a task's next try, by one conditional write. Invariant: at most one invocation holds a live
 * lease on a task, and only its holder may write the end of the try (`record-end.ts`).
 */
import type { Lease, RunStore, TaskInstance } from '../../run-model/index.ts'
import { blankRecord, isTerminal } from '../arrival/index.ts'
import { leaseEndMs } from './hold-lease.ts'
import type { Invocation } from './ports.ts'
import type { Situation } from './read-situation.ts'
import { TryTaken } from './task-busy.ts'

/** `ended`: somebody recorded the end of the task while we were claiming it. */
export type Claim =
  | { readonly kind: 'claimed'; readonly record: TaskInstance }
  | { readonly kind: 'ended'; readonly record: TaskInstance }

/**
 * @param begins what the record gains with this try.
 * @throws TryTaken when another invocation holds a live lease.
 */
export async function claimTry(
  store: Pick<RunStore, 'putTaskInstance'>,
  situation: Situation,
  invocation: Invocation,
  nowMs: number,
  begins: Pick<TaskInstance, 'wait' | 'firstPoke'> = {},
): Promise<Claim> {
  const seen = situation.record
  if (seen?.lease && isAlive(seen.lease, invocation, nowMs)) throw busy(seen)
  const { written, stored } = await store.putTaskInstance(seen, {
    ...runningRecord(situation, invocation, nowMs),
    ...begins,
  })
  if (written) return { kind: 'claimed', record: stored }
  if (isTerminal(stored.state)) return { kind: 'ended', record: stored }
  throw busy(stored)
}

/**
 * A lease ends at its time, or with the machine that gave it: a lease of another epoch belongs to a local world that is
 * gone. On AWS there is no epoch. A holder that lives renews it (`hold-lease.ts`), so one that is over is a lost worker's.
 */
const isAlive = (lease: Lease, invocation: Invocation, nowMs: number): boolean =>
  lease.untilMs > nowMs && (lease.epoch === null || lease.epoch === invocation.leaseEpoch)

function runningRecord(situation: Situation, invocation: Invocation, nowMs: number): TaskInstance {
  // What an earlier try waited for is over.
  const { wait: _, human: __, entry: ___, ...base } = situation.record ?? blankRecord(situation)
  return {
    ...base,
    state: 'running',
    tryNumber: nextTryNumber(situation.record),
    maxTries: situation.task.retries,
    startDate: isPokedAgain(situation.record) ? base.startDate : new Date(nowMs).toISOString(),
    endDate: null,
    duration: null,
    error: null,
    dagVersion: situation.dagVersion,
    lease: {
      holder: invocation.requestId,
      untilMs: leaseEndMs(nowMs, invocation.deadlineMs),
      epoch: invocation.leaseEpoch,
    },
  }
}

/**
 * A lost worker's try is repeated under its own number: losing a machine costs the author no retry. Nor does a poke.
 */
function nextTryNumber(seen: TaskInstance | null): number {
  if (seen === null) return 1
  return seen.state === 'running' || isPokedAgain(seen) ? seen.tryNumber : seen.tryNumber + 1
}

const isPokedAgain = (seen: TaskInstance | null): boolean => seen?.state === 'up_for_reschedule'

const busy = (record: TaskInstance): TryTaken =>
  new TryTaken(
    `Try ${record.tryNumber} of task "${record.taskId}" is running in invocation ${record.lease?.holder ?? 'unknown'}, ` +
      `until ${new Date(record.lease?.untilMs ?? 0).toISOString()} unless it renews its lease.`,
  )
