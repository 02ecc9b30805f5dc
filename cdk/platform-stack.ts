/**
 * What all DAGs of an installation share: run table, object store, platform Lambdas, HTTP API, and the events that keep
 * records true. Deployed once; DAG stacks find it by name. Nothing here costs money while no DAG runs, except one
 * reconciler call every five minutes (about half a cent a month without free tiers) and what is stored.
 */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { PlatformBundles, PlatformFunction } from '../lambdas/bundle/index.ts'
import { acknowledge } from './constructs/acknowledge.ts'
import { allow } from './constructs/allow.ts'
import { authenticatedApi, type JwtIssuer } from './constructs/http-api.ts'
import { type InstalledPlatform, installedPlatform } from './constructs/installed-platform.ts'
import { NodeFunction } from './constructs/node-function.ts'
import { grantPlatform } from './constructs/platform-grants.ts'
import { runTable } from './constructs/run-table.ts'

export interface PlatformStackProps extends StackProps {
  /** Word of this installation: part of every name. @default 'stepdag' */
  readonly platform?: string
  readonly bundles: PlatformBundles
  /** @default IAM authorization */
  readonly jwt?: JwtIssuer
  /** `destroy` removes table and objects with the stack: for throw-away installations. @default 'retain' */
  readonly data?: 'retain' | 'destroy'
}

/** Days after which stored task results expire (semantics: retention). */
const retentionDays = 90

export class PlatformStack extends Stack {
  readonly table: TableV2
  readonly bucket: Bucket
  readonly api: HttpApi
  private readonly installed: InstalledPlatform
  private readonly deadLetters: Queue
  private readonly removalPolicy: RemovalPolicy

  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    super(scope, id, { description: 'stepdag platform: run records, launcher, API', ...props })
    this.installed = installedPlatform(this, props.platform ?? 'stepdag')
    this.removalPolicy = props.data === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN
    this.table = runTable(this, 'RunTable', {
      tableName: this.installed.names.table,
      removalPolicy: this.removalPolicy,
    })
    this.bucket = this.objectBucket()
    this.deadLetters = this.deadLetterQueue()
    const functions = this.functions(props.bundles)
    grantPlatform(this, this.installed, functions)
    this.statusEvents(functions.reconciler)
    this.sweep(functions.reconciler)
    this.scheduler(functions.launcher)
    this.api = authenticatedApi(this, 'Api', {
      name: this.installed.names.api,
      handler: functions.api.fn,
      ...(props.jwt && { jwt: props.jwt }),
    })
    new CfnOutput(this, 'ApiUrl', { value: `${this.api.apiEndpoint}/api/v2`, description: 'Base of the HTTP API' })
    new CfnOutput(this, 'LauncherName', { value: functions.launcher.fn.functionName })
  }

  private objectBucket(): Bucket {
    const bucket = new Bucket(this, 'Objects', {
      bucketName: this.installed.bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: this.removalPolicy,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { prefix: 'xcom/', expiration: Duration.days(retentionDays) },
      ],
    })
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'access logs would cost more than the objects; CloudTrail data events are the account’s choice',
    )
    return bucket
  }

  private deadLetterQueue(): Queue {
    const queue = new Queue(this, 'DeadLetters', {
      queueName: this.installed.deadLetterQueueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    })
    acknowledge(queue, 'AwsSolutions-SQS3', 'this queue is the dead-letter queue')
    new Alarm(this, 'DeadLettersAlarm', {
      alarmDescription:
        'An alarm of the scheduler or an event could not be delivered; the next sweep heals runs, the message says which',
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    return queue
  }

  private functions(bundles: PlatformBundles): Record<PlatformFunction, NodeFunction> {
    const { names } = this.installed
    const make = (id: string, part: PlatformFunction, description: string, timeoutSeconds: number) =>
      new NodeFunction(this, id, {
        functionName: names[part],
        description,
        bundle: bundles[part],
        timeoutSeconds,
        deadLetterQueue: this.deadLetters,
        environment: {
          STEPDAG_TABLE: names.table,
          STEPDAG_BUCKET: this.installed.bucketName,
          ...(part !== 'launcher' && part !== 'finalizer' && { STEPDAG_LAUNCHER: names.launcher }),
        },
      })
    return {
      launcher: make('Launcher', 'launcher', 'Starts the DAG runs that are due or asked for', 60),
      finalizer: make('Finalizer', 'finalizer', 'Records verdicts, and tasks that could not record themselves', 60),
      reconciler: make('Reconciler', 'reconciler', 'Closes runs whose end was lost', 300),
      registrar: make('Registrar', 'registrar', 'Records each deployed version of a DAG', 60),
      api: make('ApiHandler', 'api', 'Airflow REST API v2, a subset', 29),
    }
  }

  /** Terminal status of this installation's machines → reconciler. Delivery is best effort (AWS): the sweep is the net. */
  private statusEvents(reconciler: NodeFunction): void {
    const machines = this.installed.stateMachineArn(`${this.installed.platform}-dag-`)
    new Rule(this, 'ExecutionEnded', {
      description: 'stepdag: an execution of a DAG ended',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [{ prefix: machines }] },
      },
      targets: [new LambdaTarget(reconciler.fn, { deadLetterQueue: this.deadLetters, retryAttempts: 24 })],
    })
  }

  /** Every five minutes: heals what events lost, and starts runs whose `run_after` was in the future. */
  private sweep(reconciler: NodeFunction): void {
    const role = this.schedulerRole('SweepRole', reconciler)
    new CfnSchedule(this, 'Sweep', {
      description: 'stepdag: close runs whose end was lost',
      flexibleTimeWindow: { mode: 'OFF' },
      scheduleExpression: 'rate(5 minutes)',
      target: {
        arn: reconciler.fn.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ kind: 'sweep' }),
        retryPolicy: { maximumRetryAttempts: 2 },
      },
    })
  }

  /** Group and role of every DAG's schedules; their target is always the launcher. */
  private scheduler(launcher: NodeFunction): void {
    new CfnScheduleGroup(this, 'Schedules', { name: this.installed.scheduleGroup })
    const role = this.schedulerRole('SchedulerRole', launcher, this.installed.schedulerRoleName)
    this.deadLetters.grantSendMessages(role)
  }

  private schedulerRole(id: string, target: NodeFunction, roleName?: string): Role {
    // Only schedules of this account may use the role (confused deputy).
    const principal = new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    })
    const role = new Role(this, id, { assumedBy: principal, ...(roleName && { roleName }) })
    allow(role, { actions: ['lambda:InvokeFunction'], on: [target.fn.functionArn] })
    return role
  }
}
