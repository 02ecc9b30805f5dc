/** Evaluates an intrinsic function call. Invariant: the result is JSON, or an `IntrinsicError` says why there is none. */
import { followPath, type PathSources } from '../json-path/read-path.ts'
import { arrayFunctions } from './array-functions.ts'
import { IntrinsicError, type IntrinsicFunction, MissingArgument } from './intrinsic-function.ts'
import { mathFunctions } from './math-functions.ts'
import type { Argument, Call } from './parse-call.ts'
import { formatRaw, textFunctions } from './text-functions.ts'

/** Throws `IntrinsicError`, or `MissingArgument` when a path leads nowhere. */
export function evaluateCall(call: Call, sources: PathSources, random: () => number): unknown {
  const intrinsic = intrinsicOf(call.name)
  if (!intrinsic) throw new IntrinsicError(`${call.name} is not an intrinsic function`)
  const { args } = call
  const values = args.map((arg, index) => {
    // Only a format tells `\{` from `{`.
    if (arg.kind === 'text' && index === 0 && call.name === 'States.Format') return arg.raw
    return argumentValue(arg, sources, random)
  })
  if (args.length < intrinsic.least || args.length > intrinsic.most) {
    throw new IntrinsicError(`Invalid number of arguments for ${call.name}`)
  }
  return call.name === 'States.Format' ? formatRaw(values) : intrinsic.apply(values, random)
}

export function intrinsicOf(name: string): IntrinsicFunction | undefined {
  return Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined
}

const intrinsics: Readonly<Record<string, IntrinsicFunction>> = {
  ...arrayFunctions,
  ...mathFunctions,
  ...textFunctions,
}

function argumentValue(arg: Argument, sources: PathSources, random: () => number): unknown {
  switch (arg.kind) {
    case 'value':
      return arg.value
    case 'text':
      return arg.raw.replaceAll(/\\(.)/gs, '$1')
    case 'call':
      return evaluateCall(arg.call, sources, random)
    case 'path': {
      const value = followPath(arg.path, sources)
      if (value !== undefined) return value
      const input = JSON.stringify(sources.input)
      throw new MissingArgument(
        `The JsonPath argument for the field '${arg.path.text}' could not be found in the input '${input}'`,
      )
    }
  }
}
