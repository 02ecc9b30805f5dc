/**
 * Billed transitions of a run, counted from its execution's real history: every state entered, and every further attempt
 * of a state that was retried (Step Functions pricing).
 */
import { type HistoryEvent, paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn'
import type { RunRef } from '../../run-model/index.ts'
import { firstExecution } from './local-names.ts'

/** @param endpoint of the local Step Functions. The run must be the first attempt, as one is that was just triggered. */
export async function countTransitions(endpoint: string, run: RunRef): Promise<number> {
  const client = new SFNClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const pages = paginateGetExecutionHistory(
    { client, pageSize: 1000 },
    { executionArn: firstExecution(run), includeExecutionData: false },
  )
  const events: HistoryEvent[] = []
  for await (const { events: page } of pages) events.push(...(page ?? []))
  client.destroy()
  return countEvents(events.map(({ type }) => type ?? ''))
}

/** Kinds of states that can be retried: what a state's entry and each of its attempts are called in a history. */
const attempts = [
  { entered: 'TaskStateEntered', attempted: ['TaskScheduled', 'LambdaFunctionScheduled', 'ActivityScheduled'] },
  { entered: 'ParallelStateEntered', attempted: ['ParallelStateStarted'] },
  { entered: 'MapStateEntered', attempted: ['MapStateStarted', 'MapRunStarted'] },
]

export function countEvents(types: readonly string[]): number {
  const count = (names: readonly string[]) => types.filter((type) => names.includes(type)).length
  const entered = types.filter((type) => type.endsWith('StateEntered')).length
  // A state whose arguments could not be computed was entered without an attempt, hence never below zero.
  const retried = attempts.map((kind) => Math.max(0, count(kind.attempted) - count([kind.entered])))
  return retried.reduce((total, retries) => total + retries, entered)
}
