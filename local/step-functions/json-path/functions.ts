/** Functions at the end of a JSONPath, as `$.list.length()`. Source: Jayway JsonPath, "Functions". */
import type { FunctionName } from './path.ts'

/** Undefined when the value is of a kind the function has no answer for. */
export function callFunction(name: FunctionName, value: unknown): unknown {
  if (name === 'length') return lengthOf(value)
  if (name === 'keys') return isObject(value) ? Object.keys(value) : undefined
  if (!Array.isArray(value)) return undefined
  if (name === 'first') return value[0]
  if (name === 'last') return value.at(-1)
  const numbers = value.filter((item): item is number => typeof item === 'number')
  return numbers.length === 0 ? undefined : calculations[name](numbers)
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return isObject(value) ? Object.keys(value).length : undefined
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
const average = (numbers: readonly number[]) => sum(numbers) / numbers.length

const calculations: Readonly<Record<'min' | 'max' | 'avg' | 'sum' | 'stddev', (numbers: readonly number[]) => number>> =
  {
    min: (numbers) => numbers.reduce((least, one) => Math.min(least, one)),
    max: (numbers) => numbers.reduce((most, one) => Math.max(most, one)),
    avg: average,
    sum,
    stddev(numbers) {
      const mean = average(numbers)
      return Math.sqrt(average(numbers.map((one) => (one - mean) ** 2)))
    },
  }

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
