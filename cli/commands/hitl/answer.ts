/** `stepdag hitl answer`: answers what a task asks. The first answer counts. */
import { withConnection } from '../../connect.ts'
import type { OutputOptions, PlaceOptions } from '../../program.ts'
import { findRun } from '../../run/find-run.ts'
import { readConf } from '../../run/read-request.ts'
import type { Terminal } from '../../terminal.ts'

export interface AnswerArguments {
  readonly dagId: string
  readonly taskId: string
  readonly chosen: readonly string[]
}

export interface AnswerOptions extends PlaceOptions, OutputOptions {
  readonly run?: string
  readonly mapIndex: number
  /** JSON object. */
  readonly params: string
  /** Name of the one who answers. */
  readonly as?: string
}

export async function answerQuestion(
  terminal: Terminal,
  { dagId, taskId, chosen }: AnswerArguments,
  options: AnswerOptions,
): Promise<number> {
  const params = readConf(options.params)
  const answer = await withConnection(terminal, options, async ({ api }) => {
    const run = await findRun(api, { dagId, runId: options.run })
    const place = { dagId, runId: run.runId, taskId, mapIndex: options.mapIndex }
    return api.answerQuestion(place, { chosen, params, ...(options.as !== undefined && { as: options.as }) })
  })
  if (options.json) terminal.print(JSON.stringify(answer))
  else terminal.print(`${dagId} ${taskId}: ${answer.chosen.join(', ')}, by ${answer.respondedBy}`)
  return 0
}
