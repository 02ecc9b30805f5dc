/**
 * Arguments of a service call → the `Arguments` of its state. What is literal stays JSON; a reference, a value of the run
 * or a text with holes becomes one JSONata expression that fails, and says why, when there is nothing.
 */
import { type JsonValue, pathText } from '../../../run-model/index.ts'
import type { ServiceArgument } from '../../1-define/dag-definition.ts'
import { expression } from '../expressions.ts'
import { quotedText, required } from './jsonata-text.ts'
import { type RunNames, runValue } from './run-values.ts'

export interface ArgumentNames extends RunNames {
  /** JSONata of an upstream's entry, by task id. */
  readonly entryOf: (taskId: string) => string
}

export function argumentTemplate(argument: ServiceArgument, names: ArgumentNames): unknown {
  if ('value' in argument) return literalTemplate(argument.value)
  if ('list' in argument) return argument.list.map((item) => argumentTemplate(item, names))
  if ('object' in argument) return mapValues(argument.object, (item) => argumentTemplate(item, names))
  return expression(argumentJsonata(argument, names))
}

type Leaf = Exclude<ServiceArgument, { value: unknown } | { list: unknown } | { object: unknown }>

function argumentJsonata(argument: Leaf, names: ArgumentNames): string {
  if ('token' in argument) return '$states.context.Task.Token'
  if ('run' in argument) return runValue(argument.run, names)
  if ('text' in argument) return textJsonata(argument.text, names)
  const missing = `Task "${names.taskId}" takes ${describePath(argument.path)} of task "${argument.ref}", and there is nothing`
  return required(`$lookup(${names.entryOf(argument.ref)}.v,${quotedText(pathText(argument.path))})`, missing)
}

/** A text is a text even when it is nothing but one number: the empty text in front makes it so. */
function textJsonata(parts: readonly (string | ServiceArgument)[], names: ArgumentNames): string {
  const written = parts.map((part) => partJsonata(part, names))
  return [...(typeof parts[0] === 'string' ? [] : ["''"]), ...written].join('&')
}

/** JSONata's `&` writes numbers and truth values as JavaScript does, and objects as JSON. */
function partJsonata(part: string | ServiceArgument, names: ArgumentNames): string {
  if (typeof part === 'string') return quotedText(part)
  if ('value' in part) return quotedText(typeof part.value === 'string' ? part.value : JSON.stringify(part.value))
  if ('list' in part || 'object' in part)
    throw new Error('A text has a list or an object as a part. Please report this bug.')
  return argumentJsonata(part, names)
}

const describePath = (path: readonly (string | number)[]): string =>
  path.length === 0 ? 'the return value' : `${pathText(path)} of the return value`

/** A text that looks like an expression or a placeholder would be read as one; written as an expression it is a text. */
function literalTemplate(value: JsonValue): unknown {
  if (typeof value === 'string') return /^\{%|\$\{/.test(value) ? expression(quotedText(value)) : value
  if (isList(value)) return value.map(literalTemplate)
  return typeof value === 'object' && value !== null ? mapValues(value, literalTemplate) : value
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value)

const mapValues = <T>(
  object: Readonly<Record<string, T>>,
  to: (value: T) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, to(value)]))
