/**
 * Serves one task call of a state machine: runs the task's handler, or answers with what is already recorded. Invariant:
 * a task whose end is recorded never runs again, whatever is repeated, and its gates hear of every end
 * (compiler design §6.3).
 */
import type { StateEntry, StatusEntry, TaskAnswer, TaskCall, TaskInstance, TaskWaits } from '../../run-model/index.ts'
import { arriveAtGates, decidedRecord, isTerminal, skipUnchosen, storeAnswer } from '../arrival/index.ts'
import { claimTry } from './claim-try.ts'
import { decideTask } from './decide-task.ts'
import { endWithTask } from './end-run.ts'
import { expandTask } from './expand-task.ts'
import { isAborted, isFailing } from './failing-run.ts'
import { holdAtGate } from './hold-at-gate.ts'
import { holdLease } from './hold-lease.ts'
import type { Invocation, TaskPorts, TaskProgram } from './ports.ts'
import { readSituation, type Situation } from './read-situation.ts'
import { recordEnd } from './record-end.ts'
import { runTry } from './run-try.ts'
import { runWoken } from './run-woken.ts'
import { orAskAgain, TryTaken } from './task-busy.ts'
import { toError } from './task-error.ts'
import { beginningOf, continueWait, isWaiting, lookAtWait, type Turn } from './wait-for-token.ts'

/**
 * @returns the task's entry, after its gates have heard of it; or that its state waits for its token: until somebody answers
 *   the task, or opens its gate. A woken call returns the same, because only the token hears how its task ended.
 * @throws what the handler threw, after it is recorded; the machine retries it or goes the failing way, and that way
 *   tells the gates, because only Step Functions knows when its retries are over.
 * @throws DagRunFailed when the task is the last of its run and the run failed.
 * @throws TaskBusy, PlanMismatch.
 */
export async function runTask(
  ports: TaskPorts,
  program: TaskProgram,
  call: TaskCall,
  invocation: Invocation,
): Promise<TaskAnswer | TaskWaits> {
  if (call.do === 'expand') return orAskAgain(ports.log, () => expandTask(ports, program, call))
  if (!call.gate || call.token === undefined) return runNow(ports, program, call, invocation)
  if (call.woken) return runWoken(ports, call.token, () => runNow(ports, program, call, invocation))
  const isHeld = await orAskAgain(ports.log, () => holdAtGate(ports.store, program.wiring, call, invocation))
  return isHeld ? { waits: true } : runNow(ports, program, call, invocation)
}

/** The task's turn has come. */
async function runNow(
  ports: TaskPorts,
  program: TaskProgram,
  call: TaskCall,
  invocation: Invocation,
): Promise<TaskAnswer | TaskWaits> {
  const settled = await orAskAgain(ports.log, async () => {
    const situation = await readSituation(ports.store, program.wiring, call)
    return settleTask(ports, program, { situation, call, invocation })
  })
  if ('thrown' in settled) throw toError(settled.thrown)
  if ('waits' in settled) return settled
  return orAskAgain(ports.log, async () => {
    const answer = { s: await spreadEnd(ports, program, call, settled) }
    // Before the state hears of it: with its end the execution may be over.
    if (call.do === 'end') await endWithTask(ports, program, call, answer.s)
    if (call.token !== undefined) await ports.releaseToken(call.token, { output: answer })
    return answer
  })
}

/** How the task ended; or what this try ended with when it is not the task's end; or that it waits for its token. */
type Settled = End | { readonly thrown: unknown } | { readonly waits: true }

interface End {
  readonly record: TaskInstance
  readonly status: StatusEntry
}

/** Everything that follows from a recorded end, but for the answer. Repeated by every later call, so that it happens at least once. */
async function spreadEnd(
  ports: TaskPorts,
  { wiring }: TaskProgram,
  call: TaskCall,
  { record, status }: End,
): Promise<StateEntry> {
  const { dagId, runId, dagVersion, mapIndex, endDate } = record
  const entry = record.entry ?? status
  const chosen = typeof entry === 'object' ? entry.b : undefined
  const at = endDate ?? new Date(ports.now()).toISOString()
  // Whoever recorded the answer of a waiting task may have stopped right there.
  await storeAnswer(ports, wiring, call.task, record)
  await skipUnchosen(ports.store, wiring, {
    run: { dagId, runId },
    dagVersion,
    mapIndex,
    taskKey: call.task,
    chosen,
    at,
  })
  await arriveAtGates(ports, wiring, { execution: call.x, taskKey: call.task, status: entry, mapIndex })
  return entry
}

async function settleTask(ports: TaskPorts, program: TaskProgram, turn: Turn): Promise<Settled> {
  const { situation } = turn
  const { record } = situation
  if (record && isTerminal(record.state)) return { record, status: record.state }
  if (record?.state === 'deferred' || record?.state === 'awaiting_input') return continueWait(ports, program, turn)
  const decision = decideTask(program.wiring, situation)
  return decision === 'run' ? runNextTry(ports, program, turn) : recordDecision(ports, situation, decision)
}

/** The write is conditional on what we saw; a twin of this call that was faster has decided the same. */
async function recordDecision(ports: TaskPorts, situation: Situation, decision: StatusEntry): Promise<Settled> {
  const at = new Date(ports.now()).toISOString()
  const next = decidedRecord(situation, situation.record, decision, at)
  const { stored } = await ports.store.putTaskInstance(situation.record, next)
  return settledBy(stored)
}

async function runNextTry(ports: TaskPorts, program: TaskProgram, turn: Turn): Promise<Settled> {
  const { situation, invocation } = turn
  const begins = beginningOf(program, turn, ports.now())
  const claim = await claimTry(ports.store, situation, invocation, ports.now(), begins)
  if (claim.kind === 'ended') return settledBy(claim.record)
  const running = claim.record
  const isStopping = isAborted(program.wiring, situation) ? () => isFailing(ports.store, situation.run) : null
  const lease = holdLease(ports, running, { deadlineMs: invocation.deadlineMs, isStopping })
  try {
    const end = await runTry(ports, program, { situation, running, lease, invocation })
    // A renewal moves only the end of the lease, which the condition of this write does not look at.
    const { written, stored } = await recordEnd(ports.store, running, end, ports.now())
    if (!written) return settledBy(stored)
    if ('thrown' in end) return { thrown: ('toMachine' in end && end.toMachine) || end.thrown }
    return isWaiting(end) ? lookAtWait(ports, program, turn, stored) : settledBy(stored)
  } finally {
    lease.release()
  }
}

/** @throws TryTaken when the lease was lost and another invocation is at work: its end is the task's end. */
function settledBy(stored: TaskInstance): Settled {
  if (isTerminal(stored.state)) return { record: stored, status: stored.state }
  throw new TryTaken(`Task "${stored.taskId}" is in the hands of another invocation.`)
}
