/**
 * The registrar as a CloudFormation custom resource: one resource per DAG, `stepdag-dag:<DAG id>`. It always answers, or
 * the stack would wait for an hour; a refusal carries the reason that the person who deploys reads.
 */
import { z } from 'zod'
import type { RegistrarPorts } from './ports.ts'
import { register, remove } from './register.ts'

const prefix = 'stepdag-dag:'
/** CloudFormation cuts an answer at 4,096 bytes (custom resource response objects). */
const reasonCharacters = 1_000

const resourceEvent = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().exactOptional(),
  ResourceProperties: z.record(z.string(), z.unknown()),
})
export type ResourceEvent = z.infer<typeof resourceEvent>

const properties = z.object({
  manifestBucket: z.string(),
  manifestKey: z.string(),
  stateMachineArn: z.string(),
  stateMachineRevisionId: z.string().nullable().default(null),
})

export interface ResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED'
  readonly Reason?: string
  readonly PhysicalResourceId: string
  readonly StackId: string
  readonly RequestId: string
  readonly LogicalResourceId: string
  readonly Data?: { readonly version: string }
}

export function isResourceEvent(event: unknown): event is ResourceEvent {
  return resourceEvent.safeParse(event).success
}

/** @param send puts the answer where CloudFormation waits for it. */
export async function answerResource(
  ports: RegistrarPorts,
  event: ResourceEvent,
  send: (url: string, answer: ResourceAnswer) => Promise<void>,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event
  const answer = await outcomeOf(ports, event)
  await send(event.ResponseURL, { ...answer, StackId, RequestId, LogicalResourceId })
}

type Outcome = Pick<ResourceAnswer, 'Status' | 'Reason' | 'PhysicalResourceId' | 'Data'>

async function outcomeOf(ports: RegistrarPorts, event: ResourceEvent): Promise<Outcome> {
  // A creation that fails gets an id that its clean-up does not take for a DAG: the DAG may be another stack's.
  const PhysicalResourceId = event.PhysicalResourceId ?? `stepdag-failed:${event.RequestId}`
  try {
    return event.RequestType === 'Delete' ? await removed(ports, PhysicalResourceId) : await registered(ports, event)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    ports.warn(`${event.RequestType} of ${event.LogicalResourceId} failed`, error)
    return { Status: 'FAILED', Reason: reason.slice(0, reasonCharacters), PhysicalResourceId }
  }
}

async function registered(ports: RegistrarPorts, event: ResourceEvent): Promise<Outcome> {
  const { manifestBucket, manifestKey, ...machine } = properties.parse(event.ResourceProperties)
  const { dagId, version } = await register(ports, {
    kind: 'register',
    manifest: { bucket: manifestBucket, key: manifestKey },
    requestId: event.RequestId,
    ...machine,
  })
  // Another DAG id is another resource: CloudFormation then deletes the old one.
  return { Status: 'SUCCESS', PhysicalResourceId: `${prefix}${dagId}`, Data: { version: String(version) } }
}

async function removed(ports: RegistrarPorts, PhysicalResourceId: string): Promise<Outcome> {
  if (PhysicalResourceId.startsWith(prefix)) await remove(ports, PhysicalResourceId.slice(prefix.length))
  return { Status: 'SUCCESS', PhysicalResourceId }
}
