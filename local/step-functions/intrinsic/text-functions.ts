/** Intrinsic functions for texts and JSON. Source: AWS, "Intrinsic functions for JSONPath states". */
import { hashAlgorithms, hashOf } from '../hash.ts'
import { IntrinsicError, type IntrinsicFunction, invalid, textOf } from './intrinsic-function.ts'

/** AWS: of what is encoded, decoded or hashed, in characters. */
const mostCharacters = 10_000

export const textFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Format': { least: 1, most: Number.POSITIVE_INFINITY, apply: (values) => formatRaw(values) },
  'States.StringToJson': {
    least: 1,
    most: 1,
    apply([text]) {
      try {
        return JSON.parse(textOf(text, 'States.StringToJson'))
      } catch {
        throw invalid('States.StringToJson')
      }
    },
  },
  'States.JsonToString': { least: 1, most: 1, apply: ([value]) => JSON.stringify(value) },
  'States.Base64Encode': {
    least: 1,
    most: 1,
    apply: ([text]) => Buffer.from(bounded(text, 'States.Base64Encode')).toString('base64'),
  },
  'States.Base64Decode': {
    least: 1,
    most: 1,
    apply([text]) {
      const name = 'States.Base64Decode'
      const encoded = bounded(text, name)
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) throw invalid(name)
      return Buffer.from(encoded, 'base64').toString('utf8')
    },
  },
  'States.Hash': {
    least: 2,
    most: 2,
    apply([value, algorithm]) {
      const text = bounded(typeof value === 'string' ? value : JSON.stringify(value), 'States.Hash')
      const digest = typeof algorithm === 'string' ? hashOf(text, algorithm) : undefined
      if (digest === undefined) throw new IntrinsicError(`States.Hash expects one of ${hashAlgorithms.join(', ')}`)
      return digest
    },
  },
  'States.JsonMerge': {
    least: 3,
    most: 3,
    apply([left, right, deep]) {
      if (!isObject(left) || !isObject(right) || deep !== false) throw invalid('States.JsonMerge')
      return { ...left, ...right }
    },
  },
  'States.StringSplit': {
    least: 2,
    most: 2,
    apply([text, delimiters]) {
      const signs = new Set(textOf(delimiters, 'States.StringSplit'))
      const parts = ['']
      for (const sign of textOf(text, 'States.StringSplit')) {
        if (signs.has(sign)) parts.push('')
        else parts[parts.length - 1] += sign
      }
      return parts.filter((part) => part !== '')
    },
  },
}

/** `{}` takes the next argument; `\{`, `\}`, `\'` and `\\` stand for the sign behind the backslash. */
export function formatRaw([template, ...values]: readonly unknown[]): string {
  const rest = [...values]
  const text = textOf(template, 'States.Format').replaceAll(/\\(.)|\{\}|[{}]/gs, (found, escaped?: string) => {
    if (escaped !== undefined) return escaped
    if (found !== '{}' || rest.length === 0) throw invalid('States.Format')
    const value = rest.shift()
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
  if (rest.length > 0) throw invalid('States.Format')
  return text
}

function bounded(value: unknown, name: string): string {
  const text = textOf(value, name)
  if (text.length > mostCharacters) throw invalid(name)
  return text
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
