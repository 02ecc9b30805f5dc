/** Choice: the first rule that is true decides; rules are JSONata conditions, or comparisons of JSONPath values. */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField, StateFailure, wrongType } from '../execution/evaluate.ts'
import { exitState } from '../execution/exit.ts'
import { effectiveInput, pathSources } from '../execution/path-fields.ts'
import { readPath } from '../json-path/read-path.ts'
import { ruleHolds } from './choice-rule.ts'
import type { StateSituation } from './situation.ts'

type Rule = Readonly<Record<string, unknown>>

export async function enterChoice(at: StateSituation): Promise<void> {
  const { state } = at
  const rules = state.json.Choices as Rule[] // checked
  const holdsRule = state.language === 'JSONPath' ? byPaths(at) : byCondition(at)
  for (const [index, rule] of rules.entries()) {
    const holds = await holdsRule(rule, `Choices[${index}]/Condition`)
    if (!holds) continue
    return exitState(at, {
      defaultOutput: effectiveInput(at),
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
  await exitState(at, { defaultOutput: effectiveInput(at), next: otherwise })
}

type HoldsRule = (rule: Rule, location: string) => Promise<boolean>

function byCondition({ machine, execution, scope, state }: StateSituation): HoldsRule {
  const bindings = bindingsOf(execution, scope)
  return async (rule, location) => {
    const holds = await evaluateField(machine, state, location, rule.Condition, bindings)
    if (typeof holds === 'boolean') return holds
    throw wrongType(rule.Condition, location, 'boolean', holds, 'The Condition field must be a boolean but was: ')
  }
}

function byPaths(at: StateSituation): HoldsRule {
  const sources = pathSources(at, JSON.parse(effectiveInput(at)))
  return async (rule) => ruleHolds(rule, (path) => readPath(path, sources))
}
