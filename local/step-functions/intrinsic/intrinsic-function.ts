/** What an intrinsic function is, and the checks its arguments share. */

/** The sentence behind "The function '…' had the following error:". */
export class IntrinsicError extends Error {
  override readonly name = 'IntrinsicError'
}

/** A path among the arguments leads nowhere: `States.Runtime` on AWS, not `States.IntrinsicFailure`. */
export class MissingArgument extends Error {
  override readonly name = 'MissingArgument'
}

export interface IntrinsicFunction {
  /** Fewest and most arguments. */
  readonly least: number
  readonly most: number
  /** `values` has passed `least` and `most`. @throws IntrinsicError */
  readonly apply: (values: readonly unknown[], random: () => number) => unknown
}

export function invalid(name: string): IntrinsicError {
  return new IntrinsicError(`Invalid arguments in ${name}`)
}

export function arrayOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(name)
  return value
}

/** AWS rounds to the nearest whole number. Source: AWS, "Intrinsic functions for JSONPath states". */
export function wholeOf(value: unknown, name: string): number {
  if (typeof value !== 'number') throw invalid(name)
  return Math.round(value)
}

export function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalid(name)
  return value
}
