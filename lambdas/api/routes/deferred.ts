/** `/api/stepdag/v1`: work that runs elsewhere reports to the deferrable task that started it. [+] */
import { createRoute } from '@hono/zod-openapi'
import type { z } from 'zod'
import type { TaskInstance } from '../../../run-model/index.ts'
import { type Completion, completeTask } from '../../arrival/index.ts'
import { CompleteTaskBody, CompleteTaskResponse, HeartbeatResponse } from '../contract.ts'
import { integer, queryOf } from '../parameters.ts'
import { notWaiting, otherTryWaits, Refused } from '../problems.ts'
import { findInstance } from '../select-instances.ts'
import { answers, body, inTask, type Ports, routes } from './route.ts'

const nothing = queryOf({})
const tags = ['Deferred task']
const one = '/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}'
const inIndex = inTask.extend({ map_index: integer })

const complete = createRoute({
  method: 'post',
  path: `${one}/complete`,
  operationId: 'complete_deferred_task',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex, body: body(CompleteTaskBody) },
  responses: answers(CompleteTaskResponse),
})
const heartbeat = createRoute({
  method: 'post',
  path: `${one}/heartbeat`,
  operationId: 'heartbeat_of_deferred_task',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex },
  responses: answers(HeartbeatResponse),
})

export const deferredRoutes = (ports: Ports) =>
  routes()
    .openapi(complete, async (c) => {
      const record = await readDeferrable(ports, c.req.valid('param'))
      const wanted = c.req.valid('json')
      const { dagId, runId, taskId, mapIndex } = record
      const tryNumber = wanted.try_number ?? record.tryNumber
      const outcome = await completeTask(
        ports.completion,
        { dagId, runId, taskId, mapIndex, tryNumber },
        toCompletion(wanted),
      )
      if (outcome.kind === 'not_waiting') throw new Refused(notWaiting(taskId))
      if (outcome.kind === 'other_try') throw new Refused(otherTryWaits(taskId, tryNumber, outcome.record.tryNumber))
      return c.json({ state: outcome.record.state, repeated: outcome.kind === 'repeated' }, 200)
    })
    .openapi(heartbeat, async (c) => {
      const record = await readDeferrable(ports, c.req.valid('param'))
      const { wait, taskId, state } = record
      if (!wait || wait.answer || (state !== 'deferred' && state !== 'running')) throw new Refused(notWaiting(taskId))
      await noteHeartbeat(ports, record)
      if (!(await ports.heartbeat(wait.token))) throw new Refused(notWaiting(taskId))
      return c.json({ deadline: wait.deadline }, 200)
    })

interface InstancePath {
  readonly dag_id: string
  readonly dag_run_id: string
  readonly task_id: string
  readonly map_index: number
}

async function readDeferrable({ store, lookup }: Ports, at: InstancePath): Promise<TaskInstance> {
  const dag = await lookup.dag(at.dag_id)
  const run = await lookup.run({ dagId: at.dag_id, runId: at.dag_run_id })
  const { record } = await findInstance(store, lookup, { run, dag, taskId: at.task_id, mapIndex: at.map_index })
  if (record?.operator === 'deferrable') return record
  throw new Refused(notWaiting(at.task_id))
}

function toCompletion(wanted: z.output<typeof CompleteTaskBody>): Completion {
  if (wanted.state === 'failed') return { state: 'failed', error: { ...wanted.error, causes: [] } }
  return { state: 'success', ...(wanted.value !== undefined && { value: wanted.value }) }
}

/** Before Step Functions hears of it, so that a state which timed out finds the record no younger. A lost race is harmless. */
async function noteHeartbeat({ store, now }: Ports, record: TaskInstance): Promise<void> {
  const { wait } = record
  if (!wait?.heartbeat) return
  const heartbeat = { ...wait.heartbeat, at: now().toISOString() }
  await store.putTaskInstance(record, { ...record, wait: { ...wait, heartbeat } })
}
