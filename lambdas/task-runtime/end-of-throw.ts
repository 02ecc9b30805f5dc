/**
 * What a thrown value means for a try: poke again, skip, retry or fail. The retry budget is the record's, whatever Step
 * Functions has counted, so a policy of several retriers never makes more tries than `retries` allows.
 */
import {
  errorNames,
  matchRetryRule,
  type RetryPolicyRule,
  retrierName,
  type TaskInstance,
  type ThrownError,
} from '../../run-model/index.ts'
import { SensorNotReady } from './poke-sensor.ts'
import type { TryEnd } from './record-end.ts'
import { TaskDeferred } from './task-deferred.ts'

/** Names by which an author says what a thrown error means. Compared by name: two bundles hold two copies of a class. */
const skipNames = new Set(['SkipTask', 'AirflowSkipException'])
const failNames = new Set<string>([errorNames.failTask, errorNames.sensorTimeout, 'AirflowFailException'])

/** @param policy of the task; what the author says by `SkipTask` and `FailTask` comes before it. */
export function endOfThrow(thrown: unknown, record: TaskInstance, policy: readonly RetryPolicyRule[] = []): TryEnd {
  if (thrown instanceof SensorNotReady) return { state: 'up_for_reschedule', thrown }
  if (thrown instanceof TaskDeferred) return thrown.end
  const name = thrown instanceof Error ? thrown.name : ''
  if (skipNames.has(name)) return { state: 'skipped' }
  const rule = failNames.has(name) ? null : matchRetryRule(policy, thrownError(thrown))
  if (rule?.action === 'skip') return { state: 'skipped' }
  const hasTriesLeft = record.tryNumber <= record.maxTries
  if (failNames.has(name) || rule?.action === 'fail' || !hasTriesLeft) return failed(thrown, hasTriesLeft)
  if (!rule || rule.delay === null) return { state: 'up_for_retry', thrown }
  return { state: 'up_for_retry', thrown, toMachine: renamed(retrierName(policy, rule), thrown) }
}

/** While the machine would still retry, it has to be told in the word it knows. */
const failed = (thrown: unknown, machineWouldRetry: boolean): TryEnd =>
  machineWouldRetry
    ? { state: 'failed', thrown, toMachine: renamed(errorNames.failTask, thrown) }
    : { state: 'failed', thrown }

/** A class without a `name` of its own still has one: its constructor's. */
function thrownError(thrown: unknown): ThrownError {
  if (!(thrown instanceof Error)) return { names: ['Error'], message: String(thrown) }
  return { names: [String(thrown.name), thrown.constructor.name], message: String(thrown.message) }
}

function renamed(name: string, thrown: unknown): Error {
  if (thrown instanceof Error && thrown.name === name) return thrown
  const { names, message } = thrownError(thrown)
  return Object.assign(new Error(`${names[0]}: ${message}`, { cause: thrown }), { name })
}
