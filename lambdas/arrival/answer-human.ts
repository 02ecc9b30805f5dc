/** What an answer to a person's task means for the task (semantics §15): success with a value, a choice of branch, or failure. */
import type { HumanRequest, HumanResponse, JsonValue } from '../../run-model/index.ts'
import type { Completion } from './complete-task.ts'

/** Options of an approval, in this order. */
export const approve = 'Approve'

/** @param human the request, not answered so far. */
export function answerHuman(human: HumanRequest, response: HumanResponse): Completion {
  const answered = { ...human, response }
  const isRejected = human.onReject !== null && response.chosenOptions[0] !== approve
  if (isRejected && human.onReject === 'fail') {
    const by = response.respondedBy?.name ?? 'nobody within the time limit'
    const message = `"${human.subject}" was rejected by ${by}.`
    return { state: 'failed', error: { name: 'HITLRejectException', message, causes: [] }, human: answered }
  }
  return {
    state: 'success',
    value: answerValue(response),
    human: answered,
    // An approval decides as a short-circuit does: go on, or skip what follows.
    ...(human.onReject !== null && { chosen: isRejected ? [] : ['*'] }),
  }
}

/** Nobody answered in time. */
export function humanTimedOut(human: HumanRequest, at: string): Completion {
  if (human.defaults) {
    return answerHuman(human, { chosenOptions: human.defaults, paramsInput: {}, respondedAt: at, respondedBy: null })
  }
  const message = `Nobody answered "${human.subject}" in time, and it has no defaults.`
  return { state: 'failed', error: { name: 'HITLTimeoutError', message, causes: [] } }
}

const answerValue = ({ chosenOptions, paramsInput, respondedAt, respondedBy }: HumanResponse): JsonValue => ({
  chosen_options: chosenOptions,
  params_input: paramsInput,
  responded_at: respondedAt,
  responded_by_user: respondedBy && { id: respondedBy.id, name: respondedBy.name },
  timedout: respondedBy === null,
})
