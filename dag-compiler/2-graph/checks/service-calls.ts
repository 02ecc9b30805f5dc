/** Service calls that AWS would not take, or whose arguments could not have a value when the call is made. */
import type {
  DagDefinition,
  ServiceArgument,
  ServiceDefinition,
  TaskDefinition,
} from '../../1-define/dag-definition.ts'
import {
  badOption,
  serviceArgumentTooLarge,
  serviceMapped,
  servicePattern,
  serviceReadsMapped,
  serviceToken,
  unknownRunValue,
} from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { leavesOf, readByService, serviceOf } from '../service-references.ts'
import { serviceFamily } from '../services.ts'

/** Literals stand in the definition, which has 1 MiB for all tasks of the DAG (Step Functions quota). */
const mostLiteralBytes = 32 * 1024

export function checkServiceCalls(definition: DagDefinition): readonly Problem[] {
  const mapped = instancesIn(definition)
  return definition.tasks.flatMap((task) => {
    const service = serviceOf(task)
    if (!service) return []
    const at = { dag: definition.dagId, task: task.taskId }
    return [
      ...checkCall(at, service),
      ...checkHeartbeat(at, service, task.spec.executionTimeout),
      ...checkRunValues(at, service.args),
      ...checkSize(at, service.args),
      ...(task.mapping ? [serviceMapped({ ...at, operator: service.name })] : []),
      ...readByService(task)
        .filter((upstream) => mapped(upstream, task))
        .map((upstream) => serviceReadsMapped({ ...at, upstream })),
    ]
  })
}

type At = { readonly dag: string; readonly task: string }

function checkCall(at: At, service: ServiceDefinition): readonly Problem[] {
  const { resource, pattern, name } = service
  const family = serviceFamily(resource)
  if (family?.patterns.includes(pattern)) return checkToken(at, service)
  return [servicePattern({ ...at, operator: name, resource, pattern, possible: family?.patterns ?? [] })]
}

function checkToken(at: At, { pattern, args, name }: ServiceDefinition): readonly Problem[] {
  const waits = pattern === 'wait_for_task_token'
  const passesOn = leavesOf(args).some((leaf) => 'token' in leaf)
  return waits === passesOn ? [] : [serviceToken({ ...at, operator: name, waits })]
}

/** Only who holds a token can show signs of life, and Step Functions wants them to come sooner than the end of the try. */
function checkHeartbeat(at: At, { pattern, heartbeat }: ServiceDefinition, timeout: number | null): readonly Problem[] {
  if (heartbeat === null) return []
  const fault = (expected: string) => [badOption({ ...at, option: 'heartbeat', given: String(heartbeat), expected })]
  if (pattern !== 'wait_for_task_token') return fault('left out, unless the pattern is wait_for_task_token')
  return timeout !== null && heartbeat >= timeout ? fault(`less than executionTimeout, which is ${timeout}`) : []
}

const runNames: readonly string[] = [
  'ds',
  'ds_nodash',
  'ts',
  'ts_nodash',
  'logical_date',
  'data_interval_start',
  'data_interval_end',
  'run_after',
  'run_id',
  'dag_id',
  'task_id',
]

function checkRunValues(at: At, args: ServiceArgument): readonly Problem[] {
  return leavesOf(args).flatMap((leaf) => {
    if (!('run' in leaf)) return []
    const [name = '', ...inside] = leaf.run
    const isKnown = ['params', 'conf'].includes(name) || (runNames.includes(name) && inside.length === 0)
    return isKnown ? [] : [unknownRunValue({ ...at, name: leaf.run.join('.'), known: runNames })]
  })
}

function checkSize(at: At, args: ServiceArgument): readonly Problem[] {
  const bytes = new TextEncoder().encode(JSON.stringify(args)).length
  return bytes <= mostLiteralBytes ? [] : [serviceArgumentTooLarge({ ...at, bytes, limit: mostLiteralBytes })]
}

/** Whether a reader meets several instances of an upstream; members of one mapped group meet the one of their index. */
function instancesIn({ tasks, groups = [] }: DagDefinition): (upstream: string, reader: TaskDefinition) => boolean {
  const byId = new Map(tasks.map((task) => [task.taskId, task]))
  const scopes = new Map<string, string>()
  for (const { groupId, parent, mapping } of groups) {
    const scope = mapping ? groupId : scopes.get(parent ?? '')
    if (scope !== undefined) scopes.set(groupId, scope)
  }
  return (upstream, reader) => {
    const task = byId.get(upstream)
    const scope = scopes.get(task?.group ?? '')
    return task?.mapping !== undefined || (scope !== undefined && scope !== scopes.get(reader.group ?? ''))
  }
}
