/**
 * Airflow's trigger rules: how the direct upstreams ended → run, skipped, upstream_failed, or not decided yet. The one
 * implementation for task wrapper, finalizer and tests. A decision depends on statuses only, never on their order in time.
 */
import { instancesOf } from './instance-counts.ts'
import type { StateEntry } from './task-call.ts'

/** The rules an author may choose (semantics §7). */
export const triggerRules = [
  'all_success',
  'all_failed',
  'all_done',
  'all_done_min_one_success',
  'none_failed',
  'none_failed_min_one_success',
  'none_skipped',
  'all_skipped',
  'one_success',
  'one_failed',
  'one_done',
  'always',
] as const
export type SettableTriggerRule = (typeof triggerRules)[number]
/** A teardown's rule counts its setups instead of its upstreams, and is nobody's choice. */
export type TriggerRule = SettableTriggerRule | 'all_done_setup_success'

/** Rules that one upstream can decide while its siblings still run. */
const earlyRules = ['one_success', 'one_failed', 'one_done'] as const satisfies readonly TriggerRule[]
export type EarlyRule = (typeof earlyRules)[number]

export const isEarlyRule = (rule: TriggerRule): rule is EarlyRule => earlyRules.some((early) => early === rule)

/** Rules under which an upstream that failed makes the task `upstream_failed`, whatever the others did. */
export const rulesFailedByUpstream: ReadonlySet<TriggerRule> = new Set([
  'all_success',
  'none_failed',
  'none_failed_min_one_success',
])

export type RuleDecision = 'run' | 'skipped' | 'upstream_failed' | 'undecided'

/**
 * @param upstreams one entry per direct upstream (per setup for `all_done_setup_success`); `undefined` is one that is not
 *   terminal yet. A mapped upstream counts with all its instances. A task without upstreams runs under any rule.
 */
export function decideTriggerRule(rule: TriggerRule, upstreams: readonly (StateEntry | undefined)[]): RuleDecision {
  if (upstreams.length === 0) return 'run'
  const counts = count(upstreams)
  if (runsAtOnce(rule, counts)) return 'run'
  return counts.undecided > 0 ? 'undecided' : decideEnded(rule, counts)
}

interface Counts {
  /** Task instances, those of undecided upstreams left out. */
  readonly all: number
  readonly undecided: number
  readonly success: number
  readonly skipped: number
  /** Failed themselves. */
  readonly failed: number
  /** `failed` and `upstream_failed`. */
  readonly notMet: number
}

function count(upstreams: readonly (StateEntry | undefined)[]): Counts {
  const ended = upstreams.filter((upstream) => upstream !== undefined).map(instancesOf)
  const sum = (position: 0 | 1 | 2 | 3) => ended.reduce((total, counts) => total + counts[position], 0)
  const [success, skipped, failed, upstreamFailed] = [sum(0), sum(1), sum(2), sum(3)]
  return {
    all: success + skipped + failed + upstreamFailed,
    undecided: upstreams.length - ended.length,
    success,
    skipped,
    failed,
    notMet: failed + upstreamFailed,
  }
}

/** The early rules need not wait for siblings. One that fired is never revoked: counts only grow. */
function runsAtOnce(rule: TriggerRule, counts: Counts): boolean {
  switch (rule) {
    case 'always':
      return true
    case 'one_success':
      return counts.success > 0
    case 'one_failed':
      return counts.notMet > 0
    case 'one_done':
      return counts.success + counts.failed > 0
    default:
      return false
  }
}

/** Every upstream is terminal, and an early rule has not fired. */
function decideEnded(rule: TriggerRule, { all, success, skipped, notMet }: Counts): RuleDecision {
  switch (rule) {
    case 'all_success':
      return notMet > 0 ? 'upstream_failed' : skipped > 0 ? 'skipped' : 'run'
    case 'all_failed':
      return success + skipped > 0 ? 'skipped' : 'run'
    case 'all_done':
    case 'always':
      return 'run'
    // As Airflow's code does it: any skip skips. Its documentation says otherwise (semantics §20).
    case 'all_done_min_one_success':
      return skipped > 0 ? 'skipped' : success > 0 ? 'run' : 'upstream_failed'
    case 'all_done_setup_success':
      return skipped === all ? 'skipped' : success > 0 ? 'run' : 'upstream_failed'
    case 'none_failed':
      return notMet > 0 ? 'upstream_failed' : 'run'
    case 'none_failed_min_one_success':
      return notMet > 0 ? 'upstream_failed' : skipped === all ? 'skipped' : 'run'
    case 'none_skipped':
      return skipped > 0 ? 'skipped' : 'run'
    case 'all_skipped':
      return skipped === all ? 'run' : 'skipped'
    case 'one_success':
      return skipped === all ? 'skipped' : 'upstream_failed'
    case 'one_failed':
    case 'one_done':
      return 'skipped'
  }
}
