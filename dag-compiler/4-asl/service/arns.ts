/**
 * Names in the arguments of a call → ARNs that a policy can grant. `{partition}`, `{region}` and `{account}` are filled in
 * by a deployment. What is only known while a run runs becomes `*`, with the reason beside it.
 */
import type { ServiceArgument } from '../../1-define/dag-definition.ts'

/** The text that an argument is, when it is a literal. */
export function literalAt(args: ServiceArgument, ...path: readonly string[]): string | null {
  const [step, ...rest] = path
  if ('value' in args) {
    const found = path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), args.value)
    return typeof found === 'string' ? found : null
  }
  if (step === undefined || !('object' in args) || !Object.hasOwn(args.object, step)) return null
  return literalAt(args.object[step]!, ...rest)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param resource the last part, e.g. `job/nightly` */
export const arnOf = (service: string, resource: string): string =>
  `arn:{partition}:${service}:{region}:{account}:${resource}`

/** An ARN stays as it is; a name becomes one of this account; what is not known, any. */
export function arnNamed(service: string, kind: string, name: string | null): string {
  if (name?.startsWith('arn:')) return name
  return arnOf(service, `${kind}${name ?? '*'}`)
}

/** `https://sqs.<region>.amazonaws.com/<account>/<queue>` → its ARN. */
export function queueArn(url: string | null): string {
  const [, region, account, queue] = /^https:\/\/sqs\.([^.]+)\.[^/]+\/(\d+)\/(.+)$/.exec(url ?? '') ?? []
  return queue === undefined ? arnOf('sqs', '*') : `arn:{partition}:sqs:${region}:${account}:${queue}`
}
