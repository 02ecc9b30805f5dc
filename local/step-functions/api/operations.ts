/** AWS's operations by name, over the JSON they take and answer: the same table for the wire and for callers in this process. */
import { ApiError, type Request } from './api-error.ts'
import * as executions from './executions.ts'
import { getExecutionHistory } from './history.ts'
import * as machines from './machines.ts'
import { describeMapRun, listMapRuns } from './map-runs.ts'
import { redriveExecution } from './redrive.ts'
import type { Service } from './service.ts'
import * as tokens from './tokens.ts'

type Operation = (service: Service, request: Request) => object | Promise<object>

const operations: Readonly<Record<string, Operation>> = {
  CreateStateMachine: machines.createStateMachine,
  UpdateStateMachine: machines.updateStateMachine,
  DeleteStateMachine: machines.deleteStateMachine,
  DescribeStateMachine: machines.describeStateMachine,
  DescribeStateMachineForExecution: machines.describeStateMachineForExecution,
  ListStateMachines: machines.listStateMachines,
  PublishStateMachineVersion: machines.publishStateMachineVersion,
  DeleteStateMachineVersion: machines.deleteStateMachineVersion,
  ListStateMachineVersions: machines.listStateMachineVersions,
  StartExecution: executions.startExecution,
  StopExecution: executions.stopExecution,
  RedriveExecution: redriveExecution,
  DescribeExecution: executions.describeExecution,
  ListExecutions: executions.listExecutions,
  GetExecutionHistory: getExecutionHistory,
  ListMapRuns: listMapRuns,
  DescribeMapRun: describeMapRun,
  SendTaskSuccess: tokens.sendTaskSuccess,
  SendTaskFailure: tokens.sendTaskFailure,
  SendTaskHeartbeat: tokens.sendTaskHeartbeat,
}

/** @throws ApiError, also for an operation that is not served */
export async function operate(service: Service, name: string, request: Request): Promise<object> {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation) return operation(service, request)
  throw new ApiError(
    'UnknownOperationException',
    `${name || 'a request without X-Amz-Target'} is not served locally; ${Object.keys(operations).join(', ')} are`,
  )
}
