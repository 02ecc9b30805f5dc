/** Works on one execution at a time: takes its jobs in order, decides, writes, then lets `effects.ts` act on what is on disk. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { dispatchTouched, takeEffect } from './effects.ts'
import { react, type Stimulus, step } from './execution/decide.ts'
import type { Entry } from './execution/entry.ts'
import { deletedEntry, internalFailure } from './execution/final-entries.ts'
import type { Scope } from './execution/state.ts'
import type { Surroundings } from './execution/surroundings.ts'
import { makeToken } from './integrations/token.ts'
import type { Lifetime } from './lifetime.ts'
import { cancelAlarms, type Job, type Running, record, write } from './running.ts'
import { keyText } from './storage/execution-logs.ts'

/** Entries between two writes of an execution that never waits; other executions get their turn there. */
const entriesPerTurn = 500

/** Answers whether the stimulus changed anything, after that is on disk. */
export function enqueue(lifetime: Lifetime, execution: Running, stimulus: Stimulus | null): Promise<boolean> {
  return new Promise((settle, refuse) => {
    execution.queue.push({ stimulus, settle, refuse })
    void work(lifetime, execution)
  })
}

async function work(lifetime: Lifetime, execution: Running): Promise<void> {
  if (execution.active) return
  execution.active = true
  lifetime.rest.begin()
  for (let job = execution.queue.shift(); job && !lifetime.closed; job = execution.queue.shift()) {
    await oneJob(lifetime, execution, job)
  }
  execution.active = false
  lifetime.rest.end()
}

async function oneJob(lifetime: Lifetime, execution: Running, job: Job): Promise<void> {
  try {
    const changed = await decideJob(lifetime, execution, job.stimulus)
    if (lifetime.closed) return
    write(execution, lifetime.logs)
    job.settle(changed)
    takeEffect(lifetime, execution)
  } catch (error) {
    job.refuse(error) // nothing is left to refuse when it was the effects that failed
    putAside(lifetime, execution, error)
  }
}

async function decideJob(lifetime: Lifetime, execution: Running, stimulus: Stimulus | null): Promise<boolean> {
  let changed = stimulus === null
  try {
    if (stimulus) {
      // An alarm may ring a little early: its scope is looked at again, so that the alarm is set anew.
      if (stimulus.kind === 'due') execution.touched.add(stimulus.scopeId)
      const around = surroundings(lifetime, execution)
      const entries = await react(execution.machine, execution.state, stimulus, around)
      changed = entries.length > 0
      record(execution, entries)
    }
    await advance(lifetime, execution)
  } catch (error) {
    if (execution.broken || execution.state.status !== 'RUNNING') throw error
    record(execution, [internalFailure(execution.state, lifetime.options.clock.now(), error)])
  }
  return changed
}

async function advance(lifetime: Lifetime, execution: Running): Promise<void> {
  const { state } = execution
  while (state.status === 'RUNNING' && state.ready.size > 0) {
    const scope = state.scopes.get(state.ready.values().next().value!)!
    const entries = await nextEntries(lifetime, execution, scope)
    if (entries.length === 0) throw new Error(`a ${scope.phase.kind} scope of ${state.identity.arn} does not go on`)
    record(execution, entries)
    if (execution.unwritten.length < entriesPerTurn) continue
    write(execution, lifetime.logs)
    dispatchTouched(lifetime, execution)
    await nextTurn()
  }
}

async function nextEntries(lifetime: Lifetime, execution: Running, scope: Scope): Promise<readonly Entry[]> {
  const { state, key } = execution
  // A child of a Map Run runs under `<machine>/<label>`.
  const record = lifetime.machines.get(key.machineName.split('/')[0]!)
  const isDeleted = !record || record.deleting
  if (scope.phase.kind === 'next' && isDeleted) return [deletedEntry(state, lifetime.options.clock.now())]
  return step(execution.machine, state, scope, surroundings(lifetime, execution))
}

function surroundings({ options, random }: Lifetime, { key }: Running): Surroundings {
  return {
    nowMs: options.clock.now(),
    region: options.region,
    accountId: options.accountId,
    random,
    newToken: (scopeId) => makeToken({ ...key, scopeId }),
  }
}

/** The disk refused: what memory holds is not on disk, so this execution stops here and goes on from its log at the next start. */
function putAside(lifetime: Lifetime, execution: Running, error: unknown): void {
  cancelAlarms(execution)
  lifetime.running.delete(keyText(execution.key))
  lifetime.putAside.set(keyText(execution.key), { reason: error })
  for (const job of execution.queue.splice(0)) job.refuse(error)
  lifetime.options.onNotice?.({
    what: `Execution ${execution.state.identity.arn} stopped: ${String(error)}.`,
    fix: 'When the disk refused a write, make room or repair the data folder. At the next start it goes on where its log ends.',
  })
}
