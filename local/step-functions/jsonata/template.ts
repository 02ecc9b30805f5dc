/** JSON in which strings may be `{% expression %}`, compiled once; evaluating gives JSON. Constant parts cost nothing. */
import { type Bindings, type Chance, compileExpression, EvaluationError, type Expression } from './expression.ts'

export type Template =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly location: string }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Template])[] }

/** Why a field has no value: `cause` is AWS's text without the "An error occurred while executing the state" lead. */
export class FieldError extends Error {
  override readonly name = 'FieldError'
  readonly location: string | null
  constructor(message: string, location: string | null) {
    super(message)
    this.location = location
  }
}

/** The expression inside `{% … %}`, or null for any other text. */
export function expressionText(text: string): string | null {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : null
}

/** `location` is the field as AWS names it in errors: `Output`, `Assign/x`, `Arguments/list[0]`. */
export function compileTemplate(json: unknown, location: string, chance: Chance): Template {
  if (typeof json === 'string') {
    const text = expressionText(json)
    return text === null
      ? { kind: 'constant', value: json }
      : { kind: 'expression', expression: compileExpression(text, chance), location }
  }
  if (Array.isArray(json)) {
    const items = json.map((item, index) => compileTemplate(item, `${location}[${index}]`, chance))
    return items.every((item) => item.kind === 'constant')
      ? { kind: 'constant', value: json }
      : { kind: 'array', items }
  }
  if (typeof json !== 'object' || json === null) return { kind: 'constant', value: json }
  const members = Object.entries(json).map(
    ([key, value]) => [key, compileTemplate(value, `${location}/${key}`, chance)] as const,
  )
  return members.every(([, member]) => member.kind === 'constant')
    ? { kind: 'constant', value: json }
    : { kind: 'object', members }
}

/** Throws `FieldError`. A value without expressions needs no bindings, and a plain path needs no promise. */
export function evaluateTemplate(template: Template, bindings: Bindings): unknown | Promise<unknown> {
  switch (template.kind) {
    case 'constant':
      return template.value
    case 'expression':
      return evaluateExpression(template.expression, template.location, bindings)
    case 'array':
      return evaluateArray(template.items, bindings)
    case 'object':
      return evaluateObject(template.members, bindings)
  }
}

function evaluateExpression(expression: Expression, location: string, bindings: Bindings): unknown | Promise<unknown> {
  const result = expression.evaluate(bindings)
  if (result instanceof Promise) {
    return result.then(
      (value) => defined(value, expression, location),
      (error: unknown) => {
        throw fieldError(error, expression, location)
      },
    )
  }
  return defined(result, expression, location)
}

function defined(value: unknown, expression: Expression, location: string): unknown {
  if (value !== undefined) return value
  throw new FieldError(sentence(expression, location, 'returned nothing (undefined).'), location)
}

function fieldError(error: unknown, expression: Expression, location: string): unknown {
  return error instanceof EvaluationError
    ? new FieldError(sentence(expression, location, error.message), location)
    : error
}

/** AWS's wording (recorded executions). */
function sentence(expression: Expression, location: string, reason: string): string {
  return `The JSONata expression '${expression.text}' specified for the field '${location}' ${reason}`
}

async function evaluateArray(items: readonly Template[], bindings: Bindings): Promise<unknown[]> {
  const values: unknown[] = []
  for (const item of items) values.push(await evaluateTemplate(item, bindings))
  return values
}

async function evaluateObject(
  members: readonly (readonly [string, Template])[],
  bindings: Bindings,
): Promise<Record<string, unknown>> {
  const values: [string, unknown][] = []
  for (const [key, member] of members) values.push([key, await evaluateTemplate(member, bindings)])
  return Object.fromEntries(values)
}
