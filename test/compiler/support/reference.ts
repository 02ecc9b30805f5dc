/**
 * What a run of a DAG must do, from semantics.md alone (§2 verdict, §7 trigger rules, §8 skips, §9 setups, §11 tries): no
 * plan, no machine, no code of the product. Statuses, tries and start times of every task, and the run's verdict.
 */
import type { DagDefinition, TaskDefinition } from '../../../dag-compiler/index.ts'
import { edgesOf, leavesOf, setupsOf, skippersOf } from './reference-graph.ts'
import { groupOutcomes } from './reference-groups.ts'
import { runTask } from './reference-tries.ts'
import type { Scenario } from './scenario.ts'

export type Status = 'success' | 'failed' | 'skipped' | 'upstream_failed'

export interface Instance {
  readonly status: Status
  readonly tries: number
  /** Null for a task that never ran. */
  readonly startSeconds: number | null
  readonly endSeconds: number
}

/** Of a mapped task: its state as a whole, its first start, its last end, its most tries. */
export interface TaskOutcome extends Instance {
  /** One per map index; the task itself when it is not mapped or did not get that far. */
  readonly instances: readonly Instance[]
  /** It is a mapped task, even if it has no instances. */
  readonly isMappedTask: boolean
}

export interface RunOutcome {
  readonly tasks: ReadonlyMap<string, TaskOutcome>
  readonly verdict: 'success' | 'failed'
  readonly endSeconds: number
}

/**
 * @param stopSeconds when the first task failed for good in a run that drains: what has not started by then is skipped,
 *   teardowns excepted; what failed upstream is said of a task all the same.
 */
export function expectedRun(definition: DagDefinition, scenario: Scenario, stopSeconds = Infinity): RunOutcome {
  const upstreamsOf = new Map<string, string[]>()
  for (const [from, to] of edgesOf(definition)) upstreamsOf.set(to, [...(upstreamsOf.get(to) ?? []), from])
  const tasks = new Map<string, TaskOutcome>()
  for (let left = definition.tasks; left.length > 0; left = left.filter(({ taskId }) => !tasks.has(taskId))) {
    for (const task of left) {
      const members = membersOf(definition, task)
      const ids = new Set(members.map(({ taskId }) => taskId))
      const before = [...ids].flatMap((id) => upstreamsOf.get(id) ?? []).filter((id) => !ids.has(id))
      if (tasks.has(task.taskId) || !before.every((id) => tasks.has(id))) continue
      if (task.group !== undefined) {
        const start = Math.max(0, ...before.map((id) => tasks.get(id)!.endSeconds))
        for (const [id, outcome] of groupOutcomes({ definition, scenario, tasks }, members, start))
          tasks.set(id, outcome)
        continue
      }
      const isMappedTask = task.mapping !== undefined
      tasks.set(task.taskId, { ...outcomeOf({ definition, scenario, tasks, stopSeconds }, task), isMappedTask })
    }
  }
  const isBad = leavesOf(definition).some((leaf) => ['failed', 'upstream_failed'].includes(tasks.get(leaf)!.status))
  return {
    tasks,
    verdict: isBad ? 'failed' : 'success',
    endSeconds: Math.max(...[...tasks.values()].map((task) => task.endSeconds)),
  }
}

/** A mapped group is one step: its members are decided together. */
const membersOf = ({ tasks }: DagDefinition, task: TaskDefinition): readonly TaskDefinition[] =>
  task.group === undefined ? [task] : tasks.filter(({ group }) => group === task.group)

export interface SoFar {
  readonly definition: DagDefinition
  readonly scenario: Scenario
  readonly tasks: ReadonlyMap<string, TaskOutcome>
}

function outcomeOf(
  { definition, scenario, tasks, stopSeconds }: SoFar & { readonly stopSeconds: number },
  task: TaskDefinition,
): TaskOutcome {
  const { taskId, spec } = task
  const instancesOf = (ids: readonly string[]) => ids.flatMap((id) => tasks.get(id)!.instances)
  const direct = [...new Set(edgesOf(definition).flatMap(([from, to]) => (to === taskId ? [from] : [])))]
  const directSetups = direct.filter((id) => definition.tasks.some((one) => one.taskId === id && one.isSetup))
  const upstreams = instancesOf(direct)
  const setups = instancesOf(setupsOf(definition, taskId))
  const rule = task.teardown ? 'all_done' : spec.triggerRule
  const lists = instancesOf(listsOf(task))
  const whole = earlyRules.has(rule) ? [] : direct.map((id) => tasks.get(id)!)
  const decided = Math.max(
    decidedAt(rule, upstreams),
    ...[...setups, ...lists, ...whole].map(({ endSeconds }) => endSeconds),
  )
  const isSkipped = skippersOf(definition, scenario, taskId).some((decider) => {
    const { status, endSeconds } = tasks.get(decider)!
    return status === 'success' && endSeconds <= decided
  })
  const ruled = isSkipped
    ? 'skipped'
    : (bySetups(setups) ??
      (task.teardown ? byTeardown(instancesOf(directSetups)) : decide(spec.triggerRule, upstreams)))
  const isStopped = decided >= stopSeconds && !task.teardown
  const decision = isStopped && ruled === 'run' ? 'skipped' : ruled
  if (decision !== 'run') return alone({ status: decision, tries: 0, startSeconds: null, endSeconds: decided })
  const behaviour = scenario.get(taskId)
  if (task.mapping) return mapped(task, scenario, tasks, decided)
  return alone(runTask(task, behaviour, decided))
}

const alone = (instance: Instance): TaskOutcome => ({ ...instance, instances: [instance], isMappedTask: false })

const bySetups = (setups: readonly Instance[]): 'skipped' | 'upstream_failed' | null =>
  setups.some(({ status }) => status === 'failed' || status === 'upstream_failed')
    ? 'upstream_failed'
    : setups.some(({ status }) => status === 'skipped')
      ? 'skipped'
      : null

function byTeardown(setups: readonly Instance[]): 'run' | 'skipped' | 'upstream_failed' {
  if (setups.length === 0 || setups.some(({ status }) => status === 'success')) return 'run'
  return setups.every(({ status }) => status === 'skipped') ? 'skipped' : 'upstream_failed'
}

/** Tasks whose return values it is mapped over: whatever its rule, there is no instance before the lists are there. */
const listsOf = ({ mapping }: TaskDefinition): string[] =>
  mapping?.kind === 'expand' ? Object.values(mapping.over).flatMap((input) => ('ref' in input ? [input.ref] : [])) : []

/** One instance per element of the cross product; they start together. No element is one skipped task. */
function mapped(
  task: TaskDefinition,
  scenario: Scenario,
  tasks: ReadonlyMap<string, TaskOutcome>,
  start: number,
): TaskOutcome {
  const { taskId } = task
  const producers = listsOf(task)
  const never = (status: Status) => alone({ status, tries: 0, startSeconds: null, endSeconds: start })
  const lengths = producers.map((producer) => {
    const { instances, isMappedTask, status } = tasks.get(producer)!
    // Of a mapped producer, the instances that returned something are the array.
    if (isMappedTask) return instances.filter((one) => one.status === 'success').length
    return status === 'success' ? (scenario.get(producer)?.length ?? 1) : 0
  })
  // A mapped producer has a list whatever became of its instances; it may be empty.
  const isBad = producers.some((id) => {
    const { isMappedTask, status } = tasks.get(id)!
    return !isMappedTask && ['failed', 'upstream_failed'].includes(status)
  })
  const length = lengths.reduce((product, one) => product * one, 1)
  if (length === 0) return never(isBad ? 'upstream_failed' : 'skipped')
  const instances = Array.from({ length }, (_, i) => runTask(task, scenario.get(taskId)?.each?.[i], start))
  const has = (status: Status) => instances.some((instance) => instance.status === status)
  return {
    status: has('failed') ? 'failed' : has('success') ? 'success' : 'skipped',
    tries: Math.max(...instances.map(({ tries }) => tries)),
    startSeconds: start,
    endSeconds: Math.max(...instances.map(({ endSeconds }) => endSeconds)),
    instances,
    isMappedTask: true,
  }
}

/** "Decided": at once for `always`; the first upstream that suffices for the three early rules; else all terminal. */
export function decidedAt(rule: string, upstreams: readonly Instance[]): number {
  if (rule === 'always') return 0
  const endsOf = (list: readonly Instance[]) => list.map(({ endSeconds }) => endSeconds)
  const sufficient = endsOf(upstreams.filter(({ status }) => sufficing[rule]?.includes(status)))
  return sufficient.length > 0 ? Math.min(...sufficient) : Math.max(0, ...endsOf(upstreams))
}

const earlyRules = new Set(['one_success', 'one_failed', 'one_done', 'always'])

const sufficing: Readonly<Record<string, readonly Status[]>> = {
  one_success: ['success'],
  one_failed: ['failed', 'upstream_failed'],
  one_done: ['success', 'failed'],
}

/** The columns of the rule table, left to right: upstream_failed, skipped, run. */
export function decide(rule: string, upstreams: readonly Instance[]): 'run' | 'skipped' | 'upstream_failed' {
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
