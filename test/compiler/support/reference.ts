/**
 * What a run of a DAG must do, from semantics.md alone (§2 verdict, §7 trigger rules, §11 tries): no plan, no machine, no
 * code of the product. Statuses, tries and start times of every task, and the run's verdict.
 */
import type { DagDefinition, TaskSpecValue } from '../../../dag-compiler/index.ts'
import type { Scenario } from './scenario.ts'

export type Status = 'success' | 'failed' | 'skipped' | 'upstream_failed'

export interface TaskOutcome {
  readonly status: Status
  readonly tries: number
  /** Null for a task that never ran. */
  readonly startSeconds: number | null
  readonly endSeconds: number
}

export interface RunOutcome {
  readonly tasks: ReadonlyMap<string, TaskOutcome>
  readonly verdict: 'success' | 'failed'
  readonly endSeconds: number
}

export function expectedRun(definition: DagDefinition, scenario: Scenario): RunOutcome {
  const specs = new Map(definition.tasks.map((task) => [task.taskId, task.spec]))
  const tasks = new Map<string, TaskOutcome>()
  const upstreamsOf = (taskId: string) => [
    ...new Set(definition.edges.filter(([, to]) => to === taskId).map(([from]) => from)),
  ]
  let left = definition.tasks.map((task) => ({ taskId: task.taskId, upstreams: upstreamsOf(task.taskId) }))
  while (left.length > 0) {
    const ready = left.filter(({ upstreams }) => upstreams.every((upstream) => tasks.has(upstream)))
    for (const { taskId, upstreams } of ready) {
      const ended = upstreams.map((upstream) => tasks.get(upstream)!)
      const rule = specs.get(taskId)!.triggerRule
      const decided = decidedAt(rule, ended)
      const decision = decide(rule, ended)
      tasks.set(
        taskId,
        decision === 'run'
          ? runTask(specs.get(taskId)!, scenario.get(taskId), decided)
          : { status: decision, tries: 0, startSeconds: null, endSeconds: decided },
      )
    }
    left = left.filter(({ taskId }) => !tasks.has(taskId))
  }
  const leaves = definition.tasks.filter(({ taskId }) => !definition.edges.some(([from]) => from === taskId))
  const isBad = leaves.some(({ taskId }) => ['failed', 'upstream_failed'].includes(tasks.get(taskId)!.status))
  return {
    tasks,
    verdict: isBad ? 'failed' : 'success',
    endSeconds: Math.max(...[...tasks.values()].map((task) => task.endSeconds)),
  }
}

/** "Decided": at once for `always`; the first upstream that suffices for the three early rules; else all terminal. */
function decidedAt(rule: string, upstreams: readonly TaskOutcome[]): number {
  if (rule === 'always') return 0
  const endsOf = (list: readonly TaskOutcome[]) => list.map(({ endSeconds }) => endSeconds)
  const sufficient = endsOf(upstreams.filter(({ status }) => sufficing[rule]?.includes(status)))
  return sufficient.length > 0 ? Math.min(...sufficient) : Math.max(0, ...endsOf(upstreams))
}

const sufficing: Readonly<Record<string, readonly Status[]>> = {
  one_success: ['success'],
  one_failed: ['failed', 'upstream_failed'],
  one_done: ['success', 'failed'],
}

/** The columns of the rule table, left to right: upstream_failed, skipped, run. */
function decide(rule: string, upstreams: readonly TaskOutcome[]): 'run' | 'skipped' | 'upstream_failed' {
  const n = upstreams.length
  if (n === 0) return 'run'
  const having = (...statuses: Status[]) => upstreams.filter(({ status }) => statuses.includes(status)).length
  const [s, k, bad] = [having('success'), having('skipped'), having('failed', 'upstream_failed')]
  const f = having('failed')
  const columns: Record<string, readonly [upstreamFailed: boolean, skipped: boolean]> = {
    all_success: [bad > 0, k > 0],
    all_failed: [false, s + k > 0],
    all_done: [false, false],
    all_done_min_one_success: [k === 0 && s === 0, k > 0],
    none_failed: [bad > 0, false],
    none_failed_min_one_success: [bad > 0, k === n],
    none_skipped: [false, k > 0],
    all_skipped: [false, k < n],
    one_success: [s === 0 && k < n, k === n],
    one_failed: [false, bad === 0],
    one_done: [false, s + f === 0],
    always: [false, false],
  }
  const [upstreamFailed, skipped] = columns[rule]!
  return upstreamFailed ? 'upstream_failed' : skipped ? 'skipped' : 'run'
}

/** Delay before retry k is `retryDelay × m^(k−1)`, at most `maxRetryDelay`; 0 keeps it constant. */
function runTask(spec: TaskSpecValue, behaviour = { outcomes: [] as readonly string[], seconds: 1 }, start: number) {
  let now = start
  for (let tries = 1; ; tries++) {
    now += behaviour.seconds
    const outcome = behaviour.outcomes[tries - 1] ?? 'success'
    const ended = { tries, startSeconds: start, endSeconds: now }
    if (outcome === 'success' || outcome === 'skipped') return { status: outcome as Status, ...ended }
    if (outcome === 'FailTask' || tries > spec.retries) return { status: 'failed' as const, ...ended }
    const multiplier = spec.retryExponentialBackoff === 0 ? 1 : spec.retryExponentialBackoff
    now += Math.min(spec.retryDelay * multiplier ** (tries - 1), spec.maxRetryDelay)
  }
}
