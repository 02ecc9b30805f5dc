/** What all service operators share: their options, and how they become a `ServiceDefinition`. */
import type { JsonValue } from '../../../run-model/index.ts'
import type { ServiceDefinition, ServiceGrant } from '../dag-definition.ts'
import { type Field, flag, name, oneOf, orNull, texts, whole } from '../fields.ts'
import type { Provides } from '../inputs.ts'
import { readSpec } from '../read-spec.ts'
import { makeOperator, type Operator } from './operator.ts'
import { readServiceArgument } from './read-service-argument.ts'
import type { ServiceValue } from './service-value.ts'

export type Pattern = ServiceDefinition['pattern']
export type JobPattern = Exclude<Pattern, 'wait_for_task_token'>
export type MessagePattern = Exclude<Pattern, 'sync'>

/** A literal, a value that exists while the run runs, or an object or array of both. */
export type ServiceInput =
  | JsonValue
  | ServiceValue
  | Provides<unknown>
  | readonly ServiceInput[]
  | { readonly [name: string]: ServiceInput | undefined }

/** Arguments under AWS's names. */
export interface ServiceArgs {
  readonly [name: string]: ServiceInput | undefined
}

export interface ServiceOptions<TArgs = ServiceArgs, TPattern extends Pattern = Pattern> {
  /** Arguments of the call, under AWS's names. */
  readonly args: TArgs
  /**
   * `request_response`: done when AWS has accepted the call. `sync`: done when the job has ended. `wait_for_task_token`: done
   * when somebody sends back the `taskToken` that the arguments hold.
   */
  readonly pattern?: TPattern
  /** Longest silence of whoever holds the token, in seconds. @default none */
  readonly heartbeat?: number | null
  /** Whether a repeat of the call is harmless. @default false */
  readonly isIdempotent?: boolean
  /** What the state machine needs besides what the compiler derives from the call, e.g. to pass a role. */
  readonly iam?: readonly ServiceGrant[]
}

const patterns: readonly Pattern[] = ['request_response', 'sync', 'wait_for_task_token']

const grants: Field<readonly ServiceGrant[]> = {
  expected: "an array of { actions: ['service:Action'], resources: ['arn:…'] }",
  read: (given) => {
    const read = Array.isArray(given) ? given.map(readGrant) : [undefined]
    return read.every((grant) => grant !== undefined) ? read : undefined
  },
}

function readGrant(given: unknown): ServiceGrant | undefined {
  const { values, mistakes } = readSpec({ actions: texts, resources: texts }, given)
  const { actions, resources } = values
  return mistakes.length === 0 && actions && resources ? { actions, resources } : undefined
}

const anything: Field<object> = {
  expected: "an object of the call's arguments",
  read: (given) => (typeof given === 'object' && given !== null ? given : undefined),
}

const fields = {
  args: anything,
  pattern: oneOf(patterns),
  heartbeat: orNull(whole('seconds', 1, 99_999_999, 'limit of Step Functions')),
  isIdempotent: flag,
  iam: grants,
}
const namedFields = { ...fields, service: name, action: name }

export interface ServiceKind {
  /** Name shown to people. */
  readonly name: string
  /** Pattern when the author says none. */
  readonly usual: Pattern
  /** The call, from the pattern and what else the author said. */
  readonly resource: (said: { readonly pattern: Pattern; readonly service: string; readonly action: string }) => string
  /** Whether the operator has the options `service` and `action`. */
  readonly takes?: 'action' | 'service and action'
}

export function serviceOperator<TReturn>(kind: ServiceKind, given: unknown): Operator<Record<never, never>, TReturn> {
  return makeOperator({
    define(place) {
      const { values, mistakes } = readSpec(kind.takes ? namedFields : fields, given, { task: place.taskId })
      const said: Readonly<Record<string, unknown>> = values
      const { args, mistakes: inArgs } = readServiceArgument(values.args ?? {}, place)
      const pattern = values.pattern ?? kind.usual
      const options: ServiceDefinition = {
        kind: 'service',
        name: kind.name,
        resource: kind.resource({ pattern, service: String(said.service ?? ''), action: String(said.action ?? '') }),
        pattern,
        args,
        heartbeat: values.heartbeat ?? null,
        isIdempotent: values.isIdempotent ?? false,
        ...(values.iam && { iam: values.iam }),
      }
      return { options, mistakes: [...mistakes, ...inArgs] }
    },
  })
}
