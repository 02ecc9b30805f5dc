/** What a task asks a person, as Airflow shows it. The token of the waiting state is no part of it. */
import type { HumanRequest, HumanResponse } from '../../../run-model/index.ts'
import type { HumanAnswer, HumanDetail } from '../contract.ts'

type HumanQuestion = Omit<HumanDetail, 'task_instance'>

export function renderRequest(human: HumanRequest): HumanQuestion {
  const { subject, body, options, defaults, multiple, assignees, createdAt, response } = human
  return {
    options: [...options],
    subject,
    body,
    defaults: defaults && [...defaults],
    multiple,
    params: {},
    assigned_users: assignees.map((id) => ({ id, name: id })),
    created_at: createdAt,
    responded_by_user: response?.respondedBy ? { ...response.respondedBy } : null,
    responded_at: response?.respondedAt ?? null,
    chosen_options: response ? [...response.chosenOptions] : null,
    params_input: { ...response?.paramsInput },
    response_received: response !== null,
  }
}

export const renderResponse = (
  response: HumanResponse,
  by: { readonly id: string; readonly name: string },
): HumanAnswer => ({
  responded_by: { id: by.id, name: by.name },
  responded_at: response.respondedAt,
  chosen_options: [...response.chosenOptions],
  params_input: { ...response.paramsInput },
})
