/** A task of one DAG version as Airflow shows tasks. */
import type { TaskManifest } from '../../../run-model/index.ts'
import type { Task } from '../contract.ts'

export function renderTask(task: TaskManifest): Task {
  return {
    task_id: task.taskId,
    task_display_name: task.taskId,
    owner: task.owner,
    operator_name: task.operator,
    trigger_rule: task.triggerRule,
    downstream_task_ids: [...task.downstreams].sort(),
    retries: task.retries,
    retry_delay: timeDelta(task.retryDelay),
    retry_exponential_backoff: task.retryExponentialBackoff,
    execution_timeout: task.executionTimeout === null ? null : timeDelta(task.executionTimeout),
    depends_on_past: task.recorded.dependsOnPast === true,
    wait_for_downstream: task.recorded.waitForDownstream === true,
    is_mapped: false,
    start_date: null,
    end_date: null,
    queue: task.queue,
    pool: task.pool,
    pool_slots: task.poolSlots,
    priority_weight: task.priorityWeight,
    weight_rule: task.weightRule,
    doc_md: task.docMd,
    params: {},
    template_fields: [],
    extra_links: [],
    class_ref: { module_path: 'stepdag', class_name: task.operator },
    ui_color: '#ffffff',
    ui_fgcolor: '#000000',
  }
}

const secondsPerDay = 86_400

function timeDelta(seconds: number) {
  const days = Math.floor(seconds / secondsPerDay)
  const rest = seconds - days * secondsPerDay
  const whole = Math.floor(rest)
  return { __type: 'TimeDelta' as const, days, seconds: whole, microseconds: Math.round((rest - whole) * 1e6) }
}
