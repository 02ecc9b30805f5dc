/** Choice: the first rule whose condition is true decides; rules are JSONata conditions. */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField, StateFailure, wrongType } from '../execution/evaluate.ts'
import { exitState } from '../execution/exit.ts'
import type { StateSituation } from './situation.ts'

type Rule = Readonly<Record<string, unknown>>

export async function enterChoice(at: StateSituation): Promise<void> {
  const { machine, execution, scope, state } = at
  const rules = state.json.Choices as Rule[] // checked
  const bindings = bindingsOf(execution, scope)
  for (const [index, rule] of rules.entries()) {
    const location = `Choices[${index}]/Condition`
    const holds = await evaluateField(machine, state, location, rule.Condition, bindings)
    if (typeof holds !== 'boolean') {
      throw wrongType(rule.Condition, location, 'boolean', holds, 'The Condition field must be a boolean but was: ')
    }
    if (!holds) continue
    return exitState(at, {
      defaultOutput: scope.current!.input,
      next: String(rule.Next),
      fields: { json: rule, prefix: `Choices[${index}]/` },
    })
  }
  const otherwise = state.json.Default
  if (typeof otherwise !== 'string') {
    throw new StateFailure(
      'States.NoChoiceMatched',
      'No choice rule evaluated to true and no Default state was specified.',
      null,
    )
  }
  await exitState(at, { defaultOutput: scope.current!.input, next: otherwise })
}
