/** What is wrong with a definition before it ever runs, as two tools and our own dialect check see it. */
import aslValidator from 'asl-validator'
import jsonata from 'jsonata-206'
import { awsRefusal } from '../../../dag-compiler/jsonata.ts'

/** Step Functions: longest name of a state. */
const longestStateName = 80

/** Takes a third of a second whatever the size: the tool compiles its schemas each time. */
export function aslFaults(definitionText: string): string[] {
  const { isValid, errorsText } = aslValidator(JSON.parse(definitionText))
  return isValid ? [] : [errorsText()]
}

export function textFaults(definitionText: string): string[] {
  const definition: unknown = JSON.parse(definitionText)
  return [...expressionsOf(definition).flatMap(expressionFaults), ...nameFaults(stateNamesOf(definition))]
}

function expressionFaults(source: string): string[] {
  const refusal = awsRefusal(source)
  try {
    jsonata(source)
  } catch (error) {
    return [`${source}: ${String(error)}`]
  }
  return refusal === null ? [] : [`${source}: ${refusal}`]
}

function nameFaults(names: readonly string[]): string[] {
  const repeated = names.filter((name, i) => names.indexOf(name) !== i)
  const long = names.filter((name) => [...name].length > longestStateName)
  return [...repeated.map((name) => `${name} names two states`), ...long.map((name) => `${name} is too long`)]
}

export function expressionsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('{%') ? [value.slice(2, -2)] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(expressionsOf) : []
}

/** Of the machine and of every branch inside it. */
function stateNamesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'States' in value ? Object.keys(value.States as object) : []
  return [...own, ...Object.values(value).flatMap(stateNamesOf)]
}
