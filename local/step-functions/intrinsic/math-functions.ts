/** Intrinsic functions for numbers and ids. Source: AWS, "Intrinsic functions for JSONPath states", math operations, unique identifier. */
import { randomUUID } from 'node:crypto'
import { seededRandom } from '../seeded-random.ts'
import { type IntrinsicFunction, invalid, wholeOf } from './intrinsic-function.ts'

/** AWS: whole numbers of 32 bits. */
const [least, most] = [-2_147_483_648, 2_147_483_647]

export const mathFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  'States.MathRandom': {
    least: 2,
    most: 3,
    apply([from, to, seed], random) {
      const name = 'States.MathRandom'
      const [start, end] = [within(from, name), within(to, name)]
      if (end <= start) throw invalid(name)
      const drawn = seed === undefined ? random() : seededRandom(wholeOf(seed, name))
      return start + Math.floor(drawn * (end - start))
    },
  },
  'States.MathAdd': {
    least: 2,
    most: 2,
    apply: ([left, right]) =>
      within(within(left, 'States.MathAdd') + within(right, 'States.MathAdd'), 'States.MathAdd'),
  },
  'States.UUID': { least: 0, most: 0, apply: () => randomUUID() },
}

function within(value: unknown, name: string): number {
  const whole = wholeOf(value, name)
  if (whole < least || whole > most) throw invalid(name)
  return whole
}
