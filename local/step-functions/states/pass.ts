/** Pass: hands its input on, or what `Output` (JSONata) or `Result` and `Parameters` (JSONPath) make of it. */
import { exitState } from '../execution/exit.ts'
import { nextOf } from '../execution/next.ts'
import { effectiveInput, fillTemplate } from '../execution/path-fields.ts'
import type { StateSituation } from './situation.ts'

export async function enterPass(at: StateSituation): Promise<void> {
  const { state } = at
  let output = effectiveInput(at)
  if (state.language === 'JSONPath') {
    const { Parameters, Result } = state.json
    if (Parameters !== undefined) output = JSON.stringify(fillTemplate(at, Parameters, JSON.parse(output)))
    if (Result !== undefined) output = JSON.stringify(Result)
  }
  await exitState(at, { defaultOutput: output, next: nextOf(state.json) })
}
