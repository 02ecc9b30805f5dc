/** Intrinsic functions for arrays. Source: AWS, "Intrinsic functions for JSONPath states", intrinsics for arrays. */
import { isDeepStrictEqual } from 'node:util'
import { arrayOf, type IntrinsicFunction, invalid, wholeOf } from './intrinsic-function.ts'

/** AWS: an array made by States.ArrayRange has at most 1,000 items. */
const mostInRange = 1000

export const arrayFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Array': { least: 0, most: Number.POSITIVE_INFINITY, apply: (values) => values },
  'States.ArrayPartition': {
    least: 2,
    most: 2,
    apply([list, length]) {
      const name = 'States.ArrayPartition'
      const [items, size] = [arrayOf(list, name), wholeOf(length, name)]
      if (size < 1) throw invalid(name)
      const count = Math.ceil(items.length / size)
      return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size))
    },
  },
  'States.ArrayContains': {
    least: 2,
    most: 2,
    apply: ([list, item]) => arrayOf(list, 'States.ArrayContains').some((one) => isDeepStrictEqual(one, item)),
  },
  'States.ArrayRange': { least: 3, most: 3, apply: ([first, last, step]) => rangeOf(first, last, step) },
  'States.ArrayGetItem': {
    least: 2,
    most: 2,
    apply([list, index]) {
      const name = 'States.ArrayGetItem'
      const item = arrayOf(list, name)[wholeOf(index, name)]
      if (item === undefined) throw invalid(name)
      return item
    },
  },
  'States.ArrayLength': { least: 1, most: 1, apply: ([list]) => arrayOf(list, 'States.ArrayLength').length },
  'States.ArrayUnique': {
    least: 1,
    most: 1,
    apply([list]) {
      const items = arrayOf(list, 'States.ArrayUnique')
      return items.filter((item, index) => items.findIndex((one) => isDeepStrictEqual(one, item)) === index)
    },
  },
}

/** Both ends belong to the range. */
function rangeOf(first: unknown, last: unknown, step: unknown): readonly number[] {
  const name = 'States.ArrayRange'
  const [from, to, by] = [wholeOf(first, name), wholeOf(last, name), wholeOf(step, name)]
  if (by === 0) throw invalid(name)
  const count = Math.max(0, Math.floor((to - from) / by) + 1)
  if (count > mostInRange) throw invalid(name)
  return Array.from({ length: count }, (_, index) => from + index * by)
}
