/** `stepdag hitl list`: what waits for a person, oldest first. */
import { withConnection } from '../../connect.ts'
import { showInstant } from '../../output/time.ts'
import type { OutputOptions, PlaceOptions } from '../../program.ts'
import type { Terminal } from '../../terminal.ts'

export async function listQuestions(
  terminal: Terminal,
  dagId: string | undefined,
  options: PlaceOptions & OutputOptions & { readonly all?: true },
): Promise<number> {
  const questions = await withConnection(terminal, options, ({ api }) =>
    api.listQuestions({ ...(dagId !== undefined && { dagId }), isAnswered: options.all ? undefined : false }),
  )
  if (options.json) for (const question of questions) terminal.print(JSON.stringify(question))
  else if (questions.length === 0) terminal.print('nothing waits for an answer')
  else terminal.print(questions.map(describe).join('\n\n'))
  return 0
}

type Question = Awaited<ReturnType<Parameters<Parameters<typeof withConnection>[2]>[0]['api']['listQuestions']>>[number]

function describe(question: Question): string {
  const { dagId, taskId, runId, mapIndex, subject, body, options, multiple, chosen, respondedBy } = question
  const place = mapIndex < 0 ? taskId : `${taskId} [${mapIndex}]`
  const choice = `${multiple ? 'any of' : 'one of'} ${options.join(', ')}`
  return [
    `${dagId} ${place}: ${subject}`,
    ...(body === null ? [] : body.split('\n').map((line) => `  ${line}`)),
    `  ${chosen ? `answered ${chosen.join(', ')} by ${respondedBy ?? 'nobody, in time'}` : choice}`,
    `  run ${runId}, asked ${showInstant(question.createdAt)}`,
  ].join('\n')
}
