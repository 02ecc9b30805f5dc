/** Why a text is no JSONPath, reference path or intrinsic function; null when it is one. */
import { intrinsicOf } from '../intrinsic/evaluate-call.ts'
import { callsOf, parseCall } from '../intrinsic/parse-call.ts'
import { PathSyntaxError } from '../json-path/cursor.ts'
import { isReference, parsePath } from '../json-path/parse-path.ts'

export function refusePath(value: unknown): string | null {
  return refuse(value, (text) => void parsePath(text))
}

export function refuseReference(value: unknown): string | null {
  return refuse(value, (text) => {
    if (!isReference(parsePath(text))) throw new PathSyntaxError(`${JSON.stringify(text)} may lead to several values`)
  })
}

export function refuseCall(value: unknown): string | null {
  return refuse(value, (text) => {
    for (const { name, args } of callsOf(parseCall(text))) {
      const intrinsic = intrinsicOf(name)
      if (!intrinsic) throw new PathSyntaxError(`${name} is not an intrinsic function`)
      if (args.length < intrinsic.least || args.length > intrinsic.most)
        throw new PathSyntaxError(`${name} does not take ${args.length} arguments`)
    }
  })
}

function refuse(value: unknown, read: (text: string) => void): string | null {
  if (typeof value !== 'string') return `${JSON.stringify(value)} is not a text`
  try {
    read(value)
    return null
  } catch (error) {
    if (error instanceof PathSyntaxError) return error.message
    throw error
  }
}
