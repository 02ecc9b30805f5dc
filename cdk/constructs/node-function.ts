/** A Lambda whose code `lambdas/bundle` made: the product's defaults for every function, in one place. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { LambdaBundle } from '../../lambdas/bundle/index.ts'
import { acknowledgeWildcard } from './acknowledge.ts'

export interface NodeFunctionProps {
  readonly functionName: string
  readonly description: string
  readonly bundle: LambdaBundle
  readonly environment: Readonly<Record<string, string>>
  /** Seconds; Lambda's limit is 900. */
  readonly timeoutSeconds: number
  /** MiB. @default 256 */
  readonly memoryMb?: number
  /** Where events go that were delivered asynchronously and failed every time. */
  readonly deadLetterQueue?: IQueue
  /** Past versions stay callable, because a running execution keeps the version it started with. @default false */
  readonly keepVersions?: boolean
  /**
   * It invokes itself, one time after another and never without end. Lambda stops such a chain after 16 calls unless it is
   * told that this is meant. @default false
   */
  readonly invokesItself?: boolean
}

export class NodeFunction extends Construct {
  readonly fn: LambdaFunction
  readonly role: Role

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(this.role)
    this.fn = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      // Only the code: manifest and definition beside it are assets of their own and must not make a new version.
      code: Code.fromAsset(props.bundle.directory, { exclude: ['*.json'] }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      environment: props.environment,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMb ?? 256,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      ...(props.deadLetterQueue && { deadLetterQueue: props.deadLetterQueue }),
      ...(props.invokesItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      ...(props.keepVersions && { currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN } }),
    })
    acknowledgeWildcard(this.role, '*', 'X-Ray has no resources that a policy could name')
  }
}
