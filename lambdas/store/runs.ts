/**
 * DAG runs: one item per run, its state and execution name beside the record for conditions. A second item per logical
 * date guards that a DAG has at most one run for it; it is written first, so a crash between the two heals on repeat.
 */
import {
  dayOf,
  indexes,
  indexKeys,
  keys,
  type QueuedRun,
  type Run,
  type RunRef,
  type RunStore,
} from '../../run-model/index.ts'
import { decode, encode } from './record.ts'
import type { Item, RunTable } from './table.ts'

/**
 * A guard without a run this much older than the newcomer was left by a writer that died: no Lambda lives longer
 * (900 s, Lambda quota).
 */
const abandonedMs = 900_000

type SingleRuns = Pick<RunStore, 'createRun' | 'getRun' | 'startRun' | 'finishRun' | 'markRunFailing'>

export function singleRunStore(table: RunTable): SingleRuns {
  const knownDays = new Set<string>()

  return {
    async createRun(run) {
      await listDay(dayOf(run.runAfter))
      const holder = await claimLogicalDate(run)
      if (holder !== null) return { outcome: 'logical_date_taken', runId: holder }
      if (await table.put(itemOf(run), { text: 'attribute_not_exists(#pk)' })) return { outcome: 'created', run }
      const stored = await getRun(run)
      if (!stored) return { outcome: 'created', run } // deleted right after its creation
      await releaseLogicalDate(run, stored)
      return { outcome: 'exists', run: stored }
    },
    getRun,
    async startRun(run) {
      const condition = { text: '#state = :queued', values: { ':queued': 'queued' } }
      return (await table.put(itemOf(run), condition)) ? run : getRun(run)
    },
    /** Idempotent: a flag beside the record, which no writer of the record replaces before the run has ended. */
    async markRunFailing(run, execution) {
      const condition = {
        text: '#state = :running AND #executionName = :execution',
        values: { ':running': 'running', ':execution': execution },
      }
      await table.update(keys.run(run), { text: 'SET #failing = :true', values: { ':true': true } }, condition)
    },
    async finishRun(run) {
      const condition = {
        text: '#state = :running AND #executionName = :execution',
        values: { ':running': 'running', ':execution': run.execution.name },
      }
      return (await table.put(itemOf(run), condition)) ? run : getRun(run)
    },
  }

  async function getRun(run: RunRef): Promise<Run | null> {
    const item = await table.get(keys.run(run))
    const stored = item && decode<Run>(item)
    return stored?.state === 'running' && item?.failing === true ? { ...stored, failing: true } : stored
  }

  /** Listings across DAGs walk the days that have runs. A put that repeats itself changes nothing. */
  async function listDay(day: string): Promise<void> {
    if (knownDays.has(day)) return
    await table.put({ ...keys.day(day) })
    knownDays.add(day)
  }

  /** Null: the date is this run's. Otherwise the id of the run that has it. */
  async function claimLogicalDate(run: QueuedRun): Promise<string | null> {
    if (run.logicalDate === null) return null
    const key = keys.logicalDate(run.dagId, run.logicalDate)
    const guard = { ...key, runId: run.runId, queuedAt: run.queuedAt }
    if (await table.put(guard, { text: 'attribute_not_exists(#pk)' })) return null
    const held = await table.get(key)
    if (!held) return claimLogicalDate(run) // released in this moment
    const holder = String(held.runId)
    if (holder === run.runId) return null
    if (!(await isAbandoned(run, holder, String(held.queuedAt)))) return holder
    return (await table.put(guard, { text: '#runId = :holder', values: { ':holder': holder } }))
      ? null
      : claimLogicalDate(run)
  }

  async function isAbandoned(run: QueuedRun, holder: string, heldSince: string): Promise<boolean> {
    const owner = await getRun({ dagId: run.dagId, runId: holder })
    if (owner) return owner.logicalDate === null || !sameKey(run, owner)
    return Date.parse(run.queuedAt) - Date.parse(heldSince) > abandonedMs
  }

  /** The run id was taken by a run of another date, so the guard that was just written guards nothing. */
  async function releaseLogicalDate(run: QueuedRun, stored: Run): Promise<void> {
    if (run.logicalDate === null || sameKey(run, stored)) return
    const mine = { text: '#runId = :runId', values: { ':runId': run.runId } }
    await table.delete(keys.logicalDate(run.dagId, run.logicalDate), mine)
  }
}

function sameKey(run: Run, other: Run): boolean {
  if (run.logicalDate === null || other.logicalDate === null) return run.logicalDate === other.logicalDate
  return keys.logicalDate(run.dagId, run.logicalDate).sk === keys.logicalDate(other.dagId, other.logicalDate).sk
}

function itemOf(run: Run): Item {
  const day = dayOf(run.runAfter)
  const isOpen = run.state === 'queued' || run.state === 'running'
  const order = indexKeys.runOrder(run)
  return {
    ...keys.run(run),
    state: run.state,
    ...(run.state !== 'queued' && { executionName: run.execution.name }),
    record: encode(run),
    [indexes.runsByDag.hash]: indexKeys.dag(run.dagId),
    [indexes.runsByDagState.hash]: indexKeys.dagState(run.dagId, run.state),
    [indexes.runsByDay.hash]: indexKeys.day(day),
    [indexes.runsByDayState.hash]: indexKeys.dayState(day, run.state),
    [indexes.runsByDag.range]: order,
    ...(isOpen && { [indexes.lists.hash]: indexKeys.openRuns, [indexes.lists.range]: order }),
  }
}
