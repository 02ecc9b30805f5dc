/** How long gates may have to wait, and how often they ask again meanwhile. */
import type { Graph, GraphTask } from '../2-graph/graph.ts'

/** After this long a gate writes its token anew; a lost wake-up costs at most this much. */
export const rearmSeconds = 3600
/** A wait without a limit counts as Airflow's longest default, a sensor's seven days. */
const openEnd = 7 * 86_400

/**
 * The longest chain of declared waits, in seconds, within the run's own limit. Work of Lambda functions is not counted:
 * none takes longer than a quarter of a re-arm.
 */
export function longestWaitSeconds({ tasks, dagrunTimeout }: Graph): number {
  const ends = new Map<string, number>()
  for (const task of tasks) {
    const before = task.upstreams.reduce((latest, upstream) => Math.max(latest, ends.get(upstream) ?? 0), 0)
    ends.set(task.taskId, before + ownWaitSeconds(task))
  }
  const longest = [...ends.values()].reduce((a, b) => Math.max(a, b), 0)
  return dagrunTimeout === null ? longest : Math.min(longest, dagrunTimeout)
}

/** How long one try of a task may wait for an answer from outside, in seconds; null: as long as the run may last. */
export function answerSecondsOf({ options, spec }: GraphTask): number | null {
  const own =
    options?.kind === 'human_input' ? options.responseTimeout : options?.kind === 'deferrable' ? options.timeout : null
  const limits = [own, spec.executionTimeout].filter((limit) => limit !== null)
  return limits.length > 0 ? Math.min(...limits) : null
}

function ownWaitSeconds(task: GraphTask): number {
  const { options, spec } = task
  const tries = spec.retries + 1
  const delays = spec.retries * Math.min(spec.retryDelay, spec.maxRetryDelay)
  switch (options?.kind) {
    case 'sensor':
      return options.timeout + delays
    case 'human_input':
    case 'deferrable':
      return tries * (answerSecondsOf(task) ?? openEnd) + delays
    case 'trigger_dag_run':
      return options.waitForCompletion ? tries * (answerSecondsOf(task) ?? openEnd) + delays : delays
    case 'service':
      return tries * (options.pattern === 'request_response' ? 0 : (spec.executionTimeout ?? openEnd)) + delays
    default:
      return delays
  }
}
