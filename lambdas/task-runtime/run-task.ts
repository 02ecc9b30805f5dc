/**
 * Serves one task call of a state machine: runs the task's handler, or answers with what is already recorded. Invariant:
 * a task whose end is recorded never runs again, whatever is repeated, and its gates hear of every end
 * (compiler design §6.3).
 */
import type { StatusEntry, TaskAnswer, TaskCall, TaskInstance } from '../../run-model/index.ts'
import { arriveAtGates, decidedRecord, isTerminal } from '../arrival/index.ts'
import { claimTry } from './claim-try.ts'
import { holdLease } from './hold-lease.ts'
import type { Invocation, TaskPorts, TaskProgram } from './ports.ts'
import { decideTask, readSituation, type Situation } from './read-situation.ts'
import { recordEnd } from './record-end.ts'
import { runTry } from './run-try.ts'
import { orAskAgain, TaskBusy } from './task-busy.ts'
import { toError } from './task-error.ts'

/**
 * @returns the task's status, after its gates have heard of it.
 * @throws what the handler threw, after it is recorded; the machine retries it or goes the failing way, and that way
 *   tells the gates, because only Step Functions knows when its retries are over.
 * @throws TaskBusy, PlanMismatch.
 */
export async function runTask(
  ports: TaskPorts,
  program: TaskProgram,
  call: TaskCall,
  invocation: Invocation,
): Promise<TaskAnswer> {
  const settled = await orAskAgain(ports.log, async () => {
    const situation = await readSituation(ports.store, program.wiring, call)
    return settleTask(ports, program, situation, invocation)
  })
  if ('thrown' in settled) throw toError(settled.thrown)
  const { status } = settled
  await orAskAgain(ports.log, () =>
    arriveAtGates(ports, program.wiring, { execution: call.x, taskKey: call.task, status }),
  )
  return { s: status }
}

/** How the task ended, or what this try ended with when it is not the task's end. */
type Settled = { readonly status: StatusEntry } | { readonly thrown: unknown }

async function settleTask(
  ports: TaskPorts,
  program: TaskProgram,
  situation: Situation,
  invocation: Invocation,
): Promise<Settled> {
  const { record } = situation
  if (record && isTerminal(record.state)) return { status: record.state }
  const decision = decideTask(situation)
  return decision === 'run'
    ? runNextTry(ports, program, situation, invocation)
    : recordDecision(ports, situation, decision)
}

/** The write is conditional on what we saw; a twin of this call that was faster has decided the same. */
async function recordDecision(ports: TaskPorts, situation: Situation, decision: StatusEntry): Promise<Settled> {
  const at = new Date(ports.now()).toISOString()
  const next = decidedRecord(situation, situation.record, decision, at)
  const { stored } = await ports.store.putTaskInstance(situation.record, next)
  return settledBy(stored)
}

async function runNextTry(
  ports: TaskPorts,
  program: TaskProgram,
  situation: Situation,
  invocation: Invocation,
): Promise<Settled> {
  const claim = await claimTry(ports.store, situation, invocation, ports.now())
  if (claim.kind === 'ended') return settledBy(claim.record)
  const running = claim.record
  const lease = holdLease(ports, running, invocation.deadlineMs)
  try {
    const end = await runTry(ports, program, { situation, running, lease, invocation })
    // A renewal moves only the end of the lease, which the condition of this write does not look at.
    const { written, stored } = await recordEnd(ports.store, running, end, ports.now())
    return written && 'thrown' in end ? { thrown: end.thrown } : settledBy(stored)
  } finally {
    lease.release()
  }
}

/** @throws TaskBusy when the lease was lost and another invocation is at work: its end is the task's end. */
function settledBy(stored: TaskInstance): Settled {
  if (isTerminal(stored.state)) return { status: stored.state }
  throw new TaskBusy(`Task "${stored.taskId}" is in the hands of another invocation.`)
}
