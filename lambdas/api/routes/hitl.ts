/** `…/hitlDetails`: what tasks ask people, and the answers. The first answer wins; later ones get 409. */
import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import type { HumanRequest, HumanResponse } from '../../../run-model/index.ts'
import { answerHuman, completeTask } from '../../arrival/index.ts'
import {
  HITLDetail,
  HITLDetailCollection,
  HITLDetailHistory,
  HITLDetailResponse,
  taskStates,
  UpdateHITLDetailPayload,
} from '../contract.ts'
import { matcher } from '../filters.ts'
import { flag, instant, integer, many, manyOf, pageOf, paging, pattern, queryOf, range } from '../parameters.ts'
import {
  alreadyAnswered,
  asksNobody,
  notAssigned,
  notWaiting,
  Refused,
  unknownOption,
  unknownTry,
} from '../problems.ts'
import { renderRequest, renderResponse } from '../render/hitl.ts'
import { type Instance, renderInstance, renderTries, shownState } from '../render/task-instance.ts'
import { findInstance, instancesAt, instancesOfEach } from '../select-instances.ts'
import { answers, anyOne, body, inRun, inTask, type Ports, routes, totalEntries } from './route.ts'

const listQuery = queryOf({
  ...paging,
  ...range('created_at', instant),
  order_by: many.optional().openapi({ description: 'created_at (default) or -created_at' }),
  dag_id_pattern: pattern.optional(),
  task_id: z.string().optional(),
  task_id_pattern: pattern.optional(),
  map_index: integer.optional(),
  state: manyOf(taskStates).optional(),
  response_received: flag.optional(),
  responded_by_user_id: many.optional(),
  responded_by_user_name: many.optional(),
  subject_search: pattern.optional(),
  body_search: pattern.optional(),
})
const nothing = queryOf({})
const tags = ['Task Instance']
const one = '/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}/hitlDetails'
const inIndex = inTask.extend({ map_index: integer })

const getDetails = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/dagRuns/{dag_run_id}/hitlDetails',
  operationId: 'get_hitl_details',
  tags,
  middleware: listQuery.guard,
  request: { params: inRun, query: listQuery.query },
  responses: answers(HITLDetailCollection),
})
const getDetail = createRoute({
  method: 'get',
  path: one,
  operationId: 'get_hitl_detail',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex },
  responses: answers(HITLDetail),
})
const updateDetail = createRoute({
  method: 'patch',
  path: one,
  operationId: 'update_hitl_detail',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex, body: body(UpdateHITLDetailPayload) },
  responses: answers(HITLDetailResponse),
})
const getTry = createRoute({
  method: 'get',
  path: `${one}/tries/{try_number}`,
  operationId: 'get_hitl_detail_try_detail',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex.extend({ try_number: integer }) },
  responses: answers(HITLDetailHistory),
})

export const hitlRoutes = (ports: Ports) =>
  routes()
    .openapi(getDetails, async (c) => {
      const { limit, offset, order_by, subject_search, body_search, ...filters } = c.req.valid('query')
      const matches = matcher(
        { ...filters, subject_pattern: subject_search, body_pattern: body_search },
        { state: 'ti_state' },
      )
      const asked = await askedAt(ports, c.req.valid('param'), filters.response_received)
      const found = asked.filter((each) => matches(flat(each))).toSorted(byCreation(order_by?.[0] === '-created_at'))
      const page = pageOf({ limit, offset })
      const hitl_details = found.slice(page.offset, page.offset + page.limit).map(renderDetail)
      return c.json({ hitl_details, total_entries: totalEntries(c, found.length) }, 200)
    })
    .openapi(getDetail, async (c) => c.json(renderDetail(await readAsked(ports, c.req.valid('param'))), 200))
    .openapi(updateDetail, async (c) => {
      const asked = await readAsked(ports, c.req.valid('param'))
      const { chosen_options, params_input } = c.req.valid('json')
      const by = userOf(ports, c, asked)
      checkOptions(asked, chosen_options)
      const respondedAt = ports.now().toISOString()
      const response = { chosenOptions: chosen_options, paramsInput: params_input, respondedAt, respondedBy: by }
      await answer(ports, asked, response)
      return c.json(renderResponse(response, by), 200)
    })
    .openapi(getTry, async (c) => {
      const asked = await readAsked(ports, c.req.valid('param'))
      const wanted = c.req.valid('param').try_number
      const { tryNumber } = asked.record
      const shown = renderTries(asked).find(({ try_number }) => try_number === wanted)
      // What earlier tries asked is not kept.
      if (!shown || wanted !== tryNumber) throw new Refused(unknownTry(asked.taskId, wanted, tryNumber))
      return c.json({ task_instance: shown, ...renderRequest(asked.human) }, 200)
    })

/** A task instance that asks, or has asked, a person. */
type Asked = Instance & { readonly record: NonNullable<Instance['record']>; readonly human: HumanRequest }

const toAsked = (instance: Instance): readonly Asked[] => {
  const { record } = instance
  return record?.human ? [{ ...instance, record, human: record.human }] : []
}

interface RunPath {
  readonly dag_id: string
  readonly dag_run_id: string
}

/** What nobody has answered is in open runs only, so those are all that is read for it. */
async function askedAt(ports: Ports, at: RunPath, isAnswered: boolean | undefined): Promise<readonly Asked[]> {
  const { store, lookup } = ports
  if (at.dag_run_id !== anyOne || isAnswered !== false)
    return (await instancesAt(store, lookup, at, {})).flatMap(toAsked)
  const open = await store.listOpenRuns(at.dag_id === anyOne ? undefined : (await lookup.dag(at.dag_id)).dagId)
  return (await instancesOfEach(store, lookup, open)).flatMap(toAsked)
}

async function readAsked(
  { store, lookup }: Ports,
  at: RunPath & { readonly task_id: string; readonly map_index: number },
): Promise<Asked> {
  const dag = await lookup.dag(at.dag_id)
  const run = await lookup.run({ dagId: at.dag_id, runId: at.dag_run_id })
  const [asked] = toAsked(await findInstance(store, lookup, { run, dag, taskId: at.task_id, mapIndex: at.map_index }))
  if (!asked) throw new Refused(asksNobody(at.task_id))
  return asked
}

/** Completing again sends the token again, which heals a first answer whose sender died on the way. */
async function answer(ports: Ports, { run, record, human }: Asked, response: HumanResponse): Promise<void> {
  const { taskId, mapIndex, tryNumber } = record
  const key = { dagId: run.dagId, runId: run.runId, taskId, mapIndex, tryNumber }
  const { kind } = await completeTask(ports.completion, key, answerHuman(human, response))
  if (kind === 'repeated') throw new Refused(alreadyAnswered(taskId))
  if (kind !== 'completed') throw new Refused(notWaiting(taskId))
}

function userOf(ports: Ports, c: Context, { human, taskId }: Asked) {
  const user = ports.userOf(c)
  if (human.assignees.length === 0 || human.assignees.includes(user.id)) return user
  throw new Refused(notAssigned(taskId, user.id, human.assignees))
}

function checkOptions({ human, taskId }: Asked, chosen: readonly string[]): void {
  const foreign = chosen.find((option) => !human.options.includes(option))
  if (foreign !== undefined) throw new Refused(unknownOption(taskId, foreign, human.options))
  if (chosen.length > 1 && !human.multiple) throw new Refused(unknownOption(taskId, chosen.join(', '), human.options))
}

const renderDetail = (asked: Asked) => ({ task_instance: renderInstance(asked), ...renderRequest(asked.human) })

const flat = (asked: Asked) => {
  const { subject, body: text, created_at, response_received, responded_by_user } = renderRequest(asked.human)
  return {
    dag_id: asked.run.dagId,
    task_id: asked.taskId,
    map_index: asked.mapIndex,
    ti_state: shownState(asked.record),
    subject,
    body: text,
    created_at,
    response_received,
    responded_by_user_id: responded_by_user?.id ?? null,
    responded_by_user_name: responded_by_user?.name ?? null,
  }
}

const byCreation = (isDescending: boolean) => (a: Asked, b: Asked) =>
  (isDescending ? -1 : 1) * a.human.createdAt.localeCompare(b.human.createdAt)
