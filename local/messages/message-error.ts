/** An error of SQS, SNS or EventBridge, by the name that the SDK gives it. */
export class MessageError extends Error {
  override readonly name: string
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

export type Request = Readonly<Record<string, unknown>>

/** @throws MessageError when the member is missing or no text */
export function textOf(request: Request, name: string): string {
  const value = request[name]
  if (typeof value === 'string' && value !== '') return value
  throw new MessageError('InvalidParameterValue', `The request must contain the parameter ${name}.`)
}

/** @param allowed least and most, AWS's limits */
export function numberOf(
  request: Request,
  name: string,
  otherwise: number,
  allowed: readonly [number, number],
): number {
  const value = request[name] === undefined ? otherwise : Number(request[name])
  if (value >= allowed[0] && value <= allowed[1]) return value
  const words = `Value ${String(request[name])} for parameter ${name} is invalid. Reason: Must be between ${allowed.join(' and ')}.`
  throw new MessageError('InvalidParameterValue', words)
}

export function listOf(request: Request, name: string): readonly Request[] {
  const value = request[name]
  return Array.isArray(value) ? value : []
}
