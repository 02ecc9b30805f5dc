/** AWS's operations by name, over the JSON they take and answer: the same table for the wire and for callers in this process. */
import * as activities from './activities.ts'
import * as aliases from './aliases.ts'
import { ApiError, type Request } from './api-error.ts'
import { checkRequest } from './constraints.ts'
import * as executions from './executions.ts'
import { getExecutionHistory } from './history.ts'
import * as machines from './machines.ts'
import { describeMapRun, listMapRuns, updateMapRun } from './map-runs.ts'
import { redriveExecution } from './redrive.ts'
import type { Service } from './service.ts'
import { startExecution } from './start-execution.ts'
import { startSyncExecution } from './start-sync-execution.ts'
import * as tags from './tags.ts'
import { testState } from './test-state/test-state.ts'
import * as tokens from './tokens.ts'
import { validateStateMachineDefinition } from './validate.ts'
import * as versions from './versions.ts'

type Operation = (service: Service, request: Request) => object | Promise<object>

const operations: Readonly<Record<string, Operation>> = {
  CreateStateMachine: machines.createStateMachine,
  UpdateStateMachine: machines.updateStateMachine,
  DeleteStateMachine: machines.deleteStateMachine,
  DescribeStateMachine: machines.describeStateMachine,
  DescribeStateMachineForExecution: machines.describeStateMachineForExecution,
  ListStateMachines: machines.listStateMachines,
  TestState: testState,
  ValidateStateMachineDefinition: validateStateMachineDefinition,
  PublishStateMachineVersion: versions.publishStateMachineVersion,
  DeleteStateMachineVersion: versions.deleteStateMachineVersion,
  ListStateMachineVersions: versions.listStateMachineVersions,
  CreateStateMachineAlias: aliases.createStateMachineAlias,
  UpdateStateMachineAlias: aliases.updateStateMachineAlias,
  DeleteStateMachineAlias: aliases.deleteStateMachineAlias,
  DescribeStateMachineAlias: aliases.describeStateMachineAlias,
  ListStateMachineAliases: aliases.listStateMachineAliases,
  CreateActivity: activities.createActivity,
  DescribeActivity: activities.describeActivity,
  DeleteActivity: activities.deleteActivity,
  ListActivities: activities.listActivities,
  GetActivityTask: activities.getActivityTask,
  TagResource: tags.tagResource,
  UntagResource: tags.untagResource,
  ListTagsForResource: tags.listTagsForResource,
  StartExecution: startExecution,
  StartSyncExecution: startSyncExecution,
  StopExecution: executions.stopExecution,
  RedriveExecution: redriveExecution,
  DescribeExecution: executions.describeExecution,
  ListExecutions: executions.listExecutions,
  GetExecutionHistory: getExecutionHistory,
  ListMapRuns: listMapRuns,
  DescribeMapRun: describeMapRun,
  UpdateMapRun: updateMapRun,
  SendTaskSuccess: tokens.sendTaskSuccess,
  SendTaskFailure: tokens.sendTaskFailure,
  SendTaskHeartbeat: tokens.sendTaskHeartbeat,
}

/** @throws ApiError, also for an operation that is not served */
export async function operate(service: Service, name: string, request: Request): Promise<object> {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation) {
    checkRequest(name, request)
    return operation(service, request)
  }
  throw new ApiError(
    'UnknownOperationException',
    `${name || 'a request without X-Amz-Target'} is not served locally; ${Object.keys(operations).join(', ')} are`,
  )
}
