/** Runs that a failure stops (semantics.md §6: `failFast`, `drain`), from what the same run would do if it went on. */
import type { DagDefinition } from '../../../dag-compiler/index.ts'
import { expectedRun, type Instance, type RunOutcome, type TaskOutcome } from './reference.ts'
import { edgesOf } from './reference-graph.ts'
import type { Scenario } from './scenario.ts'

/** Null: what happens in the very moment of the failure, and not because of it, is not for any rule to say. */
export function expectedStop(definition: DagDefinition, scenario: Scenario): RunOutcome | null {
  const isolated = expectedRun(definition, scenario)
  const mode = definition.spec.onFailure ?? 'isolate'
  // The failure of a teardown that does not count stops nothing.
  const counts = new Map(
    definition.tasks.map(({ taskId, teardown }) => [taskId, !teardown || teardown.onFailureFailDagrun]),
  )
  const counting = [...isolated.tasks].flatMap(([id, { instances }]) => (counts.get(id) ? instances : []))
  const failedAt = Math.min(...counting.flatMap((one) => (one.status === 'failed' ? one.endSeconds : [])))
  if (mode === 'isolate' || failedAt === Infinity) return isolated
  if (isTied(definition, isolated, failedAt)) return null
  if (mode === 'failFast') return stopAt(isolated, failedAt)
  const drained = expectedRun(definition, scenario, failedAt)
  // Leaves are skipped because of the failure, so any failed task that counts fails the run.
  const isFailed = [...drained.tasks].some(([id, { status }]) => counts.get(id) && /failed/.test(status))
  return { ...drained, verdict: isFailed || drained.verdict === 'failed' ? 'failed' : 'success' }
}

function isTied(definition: DagDefinition, { tasks }: RunOutcome, failedAt: number): boolean {
  const failing = new Set([...tasks].flatMap(([id, task]) => (failsAt(task, failedAt) ? [id] : [])))
  const edges = edgesOf(definition)
  const works = [...tasks.values()].flatMap(({ instances }) => instances)
  if (works.some(({ status, tries, endSeconds }) => tries > 0 && status !== 'failed' && endSeconds === failedAt))
    return true
  return [...tasks].some(([id, { startSeconds, endSeconds }]) => {
    const isAtThatMoment = startSeconds === failedAt || endSeconds === failedAt
    const isBecauseOfIt = edges.some(([from, to]) => to === id && failing.has(from))
    return isAtThatMoment && !failing.has(id) && !isBecauseOfIt
  })
}

const failsAt = ({ instances }: TaskOutcome, second: number): boolean =>
  instances.some(({ status, endSeconds }) => status === 'failed' && endSeconds === second)

/** Running tasks are aborted and `failed`, unstarted ones `skipped`, in the moment of the failure. */
function stopAt({ tasks }: RunOutcome, second: number): RunOutcome {
  const stopped = (one: Instance): Instance => {
    if (one.endSeconds < second || (one.endSeconds === second && one.status === 'failed')) return one
    if (one.startSeconds === null || one.startSeconds >= second)
      return { status: 'skipped', tries: 0, startSeconds: null, endSeconds: second }
    return { ...one, status: 'failed', endSeconds: second }
  }
  const entries = [...tasks].map(([id, task]): [string, TaskOutcome] => {
    const whole = stopped(task)
    return [id, { ...task, ...whole, instances: task.instances.map(stopped) }]
  })
  return { tasks: new Map(entries), verdict: 'failed', endSeconds: second }
}
