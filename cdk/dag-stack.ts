/**
 * One DAG: its state machine, the Lambda that runs its tasks, its alarms, and its registration in the run table.
 * Deploying this stack ships the DAG; rolling it back restores the version before. Running executions keep the code they
 * started with: the machine calls a Lambda *version*, and the launcher starts a published machine version.
 */
import { join } from 'node:path'
import { ArnFormat, CustomResource, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { type CompiledDag, childMachineName, childPlaceholder, deploymentOrder } from '../dag-compiler/index.ts'
import type { TaskBundle } from '../lambdas/bundle/index.ts'
import type { ScheduleSpec } from '../run-model/index.ts'
import { acknowledgeWildcard } from './constructs/acknowledge.ts'
import { allow, tableReads, tableWrites } from './constructs/allow.ts'
import { dagMachine, machineVersion } from './constructs/dag-machine.ts'
import { eventBridgeCrons } from './constructs/event-bridge-cron.ts'
import { type InstalledPlatform, installedPlatform } from './constructs/installed-platform.ts'
import { NodeFunction } from './constructs/node-function.ts'
import { grantServices } from './constructs/service-grants.ts'
import { wokenTasks } from './constructs/woken-tasks.ts'

export interface DagStackProps extends StackProps {
  /** Word of the installation this DAG belongs to. @default 'stepdag' */
  readonly platform?: string
  readonly compiled: CompiledDag
  readonly bundle: TaskBundle
  /** MiB of the task Lambda. @default 512 */
  readonly memoryMb?: number
}

/** Lambda's limit: a task may use all of it; `executionTimeout` is enforced inside (AWS quota). */
const taskTimeoutSeconds = 900

export class DagStack extends Stack {
  readonly stateMachine: StateMachine
  readonly taskFunction: NodeFunction
  private readonly installed: InstalledPlatform

  constructor(scope: Construct, id: string, props: DagStackProps) {
    super(scope, id, { description: `stepdag DAG ${props.compiled.dagId}`, ...props })
    this.installed = installedPlatform(this, props.platform ?? 'stepdag')
    this.taskFunction = this.tasks(props)
    this.stateMachine = this.machine(props)
    const registration = this.registration(props)
    for (const schedule of this.schedules(props)) schedule.node.addDependency(registration)
  }

  private tasks({ compiled, bundle, memoryMb }: DagStackProps): NodeFunction {
    const { names } = this.installed
    const tasks = new NodeFunction(this, 'Tasks', {
      functionName: names.taskFunction(compiled.dagId),
      description: `Tasks of the DAG ${compiled.dagId}`.slice(0, 256),
      bundle,
      timeoutSeconds: taskTimeoutSeconds,
      memoryMb: memoryMb ?? 512,
      keepVersions: true,
      // A task that opens a gate wakes the next; a plan has no cycles.
      invokesItself: compiled.needs.wakesTasks,
      environment: {
        STEPDAG_TABLE: names.table,
        STEPDAG_BUCKET: this.installed.bucketName,
        STEPDAG_SECRETS_PREFIX: this.installed.secretsPrefix,
        ...(triggersRuns(compiled) && { STEPDAG_LAUNCHER: names.launcher }),
      },
    })
    this.grantTasks(tasks.role, compiled)
    if (compiled.needs.wakesTasks) {
      wokenTasks(tasks, {
        functionArn: this.installed.functionArn(names.taskFunction(compiled.dagId)),
        reconcilerArn: this.installed.functionArn(names.reconciler),
        machines: this.machineArns(compiled),
      })
    }
    return tasks
  }

  private grantTasks(role: Role, compiled: CompiledDag): void {
    allow(role, { actions: [...tableReads, ...tableWrites], on: [this.installed.tableArn] })
    allow(role, {
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      on: [`${this.installed.bucketArn}/xcom/${encodeURIComponent(compiled.dagId)}/*`],
      wildcardBecause: 'results of this DAG, named by run and task',
    })
    allow(role, {
      actions: ['secretsmanager:GetSecretValue'],
      on: [this.secrets('connections'), this.secrets('variables')],
      wildcardBecause: 'handlers name connections and variables while they run',
    })
    if (triggersRuns(compiled)) {
      const launcher = this.installed.functionArn(this.installed.names.launcher)
      allow(role, { actions: ['lambda:InvokeFunction'], on: [launcher] })
    }
    if (compiled.needs.releasesGates || waitsForTokens(compiled))
      allow(role, { actions: ['states:SendTaskSuccess'], on: this.machineArns(compiled) })
  }

  /** The DAG's own machine, after the child machines that its definition starts. */
  private machine({ compiled, bundle }: DagStackProps): StateMachine {
    const role = this.machineRole(compiled)
    const { names } = this.installed
    const ownName = names.stateMachine(compiled.dagId)
    const around = { role, logs: this.machineLogs(compiled.dagId), directory: bundle.directory }
    const values: Record<string, string> = {
      TaskFunction: this.taskFunction.fn.currentVersion.functionArn,
      Finalizer: this.installed.functionArn(names.finalizer),
      Table: names.table,
    }
    const { children = [] } = compiled
    for (const position of deploymentOrder(children)) {
      const id = childPlaceholder(position)
      const { definitionText } = children[position]!
      const name = childMachineName(ownName, position)
      const machine = dagMachine(this, id, { ...around, name, definitionText, values, file: `${compiled.dagId}.${id}` })
      values[id] = machineVersion(this, `${id}Version`, machine)
    }
    const { definitionText } = compiled
    return dagMachine(this, 'Machine', { ...around, name: ownName, definitionText, values, file: compiled.dagId })
  }

  private machineRole(compiled: CompiledDag): Role {
    const role = new Role(this, 'MachineRole', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    })
    const invoked = {
      TaskFunction: `${this.installed.functionArn(this.installed.names.taskFunction(compiled.dagId))}:*`,
      Finalizer: this.installed.functionArn(this.installed.names.finalizer),
    }
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      on: compiled.needs.invoke.map((name) => invoked[name]),
      wildcardBecause: 'any version of the one task function: an execution keeps the version it started with',
    })
    if (compiled.needs.tableActions.length > 0) {
      // The machine itself writes gate items only, never records.
      const gatesOnly = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['JOIN#*'] } }
      allow(role, { actions: compiled.needs.tableActions, on: [this.installed.tableArn], conditions: gatesOnly })
    }
    if (startsExecutions(compiled)) this.grantExecutions(role, compiled)
    grantServices(role, compiled.needs, { dagId: compiled.dagId, tableArn: this.installed.tableArn })
    acknowledgeWildcard(role, '*', 'X-Ray and log delivery have no resources that a policy could name')
    return role
  }

  /**
   * What AWS asks for `startExecution.sync:2` and for Distributed Map ("IAM policies for calling AWS Step Functions", "IAM
   * policies for using Distributed Map state"). The DAG's machines share a name and a role.
   */
  private grantExecutions(role: Role, { dagId, children = [] }: CompiledDag): void {
    const own = this.installed.names.stateMachine(dagId)
    const machines = [own, ...children.map((_, position) => childMachineName(own, position))]
    const execution = (name: string) =>
      this.formatArn({ service: 'states', resource: 'execution', resourceName: name, arnFormat })
    allow(role, {
      actions: ['states:StartExecution'],
      on: machines.flatMap((name) => [
        this.installed.stateMachineArn(name),
        `${this.installed.stateMachineArn(name)}:*`,
      ]),
      wildcardBecause: 'any version of the machine: an execution keeps the versions it was deployed with',
    })
    allow(role, {
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      on: machines.flatMap((name) => [execution(`${name}:*`), execution(`${name}/*`)]),
      wildcardBecause: 'executions are named by runs, and those of a Map Run by Step Functions',
    })
    if (children.length === 0) return
    const rule = 'StepFunctionsGetEventsForStepFunctionsExecutionRule'
    allow(role, {
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      on: [this.formatArn({ service: 'events', resource: 'rule', resourceName: rule })],
    })
  }

  private machineLogs(dagId: string): LogGroup {
    return new LogGroup(this, 'MachineLogs', {
      // The prefix keeps the account's log resource policy, limited in size, from growing with every machine.
      logGroupName: `/aws/vendedlogs/states/${this.installed.names.stateMachine(dagId)}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
  }

  /** Runs after machine and code exist; switches the DAG record to them in one write. */
  private registration({ compiled, bundle }: DagStackProps): CustomResource {
    const manifest = new Asset(this, 'Manifest', { path: join(bundle.directory, 'manifest.json') })
    const registration = new CustomResource(this, 'Registration', {
      serviceToken: this.installed.functionArn(this.installed.names.registrar),
      resourceType: 'Custom::StepdagDag',
      properties: {
        dagId: compiled.dagId,
        manifestBucket: manifest.s3BucketName,
        manifestKey: manifest.s3ObjectKey,
        stateMachineArn: this.stateMachine.stateMachineArn,
        stateMachineRevisionId: this.stateMachine.stateMachineRevisionId,
      },
    })
    registration.node.addDependency(this.stateMachine, this.taskFunction)
    return registration
  }

  private schedules({ compiled, bundle }: DagStackProps): CfnSchedule[] {
    return alarms(bundle.manifest.schedule).map(
      (expression, index) =>
        new CfnSchedule(this, `Alarm${index}`, {
          name: `${this.installed.names.stateMachine(compiled.dagId).slice(0, 61)}-${index}`,
          groupName: this.installed.scheduleGroup,
          description: `stepdag: alarm of the DAG ${compiled.dagId}`.slice(0, 512),
          flexibleTimeWindow: { mode: 'OFF' },
          scheduleExpression: expression,
          scheduleExpressionTimezone: bundle.manifest.schedule.timezone,
          target: {
            arn: this.installed.functionArn(this.installed.names.launcher),
            roleArn: this.formatArn({
              service: 'iam',
              region: '',
              resource: 'role',
              resourceName: this.installed.schedulerRoleName,
            }),
            input: JSON.stringify({
              kind: 'tick',
              dagId: compiled.dagId,
              scheduledTime: '<aws.scheduler.scheduled-time>',
            }),
            deadLetterConfig: { arn: this.installed.deadLetterQueueArn },
            // A later alarm finds every tick this one missed, so a day of retries is plenty.
            retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
          },
        }),
    )
  }

  private machineArns({ dagId, children = [] }: CompiledDag): readonly string[] {
    const own = this.installed.names.stateMachine(dagId)
    const names = [own, ...children.map((_, position) => childMachineName(own, position))]
    return names.map((name) => this.installed.stateMachineArn(name))
  }

  private secrets(kind: string): string {
    return this.formatArn({ service: 'secretsmanager', resource: `secret:${this.installed.secretsPrefix}${kind}/*` })
  }
}

const arnFormat = ArnFormat.COLON_RESOURCE_NAME

const startsExecutions = ({ children = [], numbers }: CompiledDag): boolean =>
  children.length > 0 || (numbers.maps ?? []).some(({ isDistributed }) => isDistributed)

const triggersRuns = ({ graph }: CompiledDag): boolean =>
  graph.tasks.some(({ operator }) => operator === 'trigger_dag_run')

/** A task that turns out not to wait, or whose wait is over, tells its own state. */
const waitsForTokens = ({ graph }: CompiledDag): boolean =>
  graph.tasks.some(({ operator }) => ['human_input', 'deferrable', 'trigger_dag_run'].includes(operator))

/** `@once` and `@continuous` need no alarm: registration and the end of a run make the launcher plan. */
function alarms({ expressions }: ScheduleSpec): readonly string[] {
  if (expressions === null || typeof expressions === 'string') return []
  return [...new Set(expressions.flatMap(eventBridgeCrons))]
}
