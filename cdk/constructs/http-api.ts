/** The HTTP API in front of the API Lambda. No route is public: every one asks for IAM or, if configured, a JWT. */

import { RemovalPolicy } from 'aws-cdk-lib'
import { type CfnStage, HttpApi, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

/** An OpenID Connect issuer whose tokens the API accepts. */
export interface JwtIssuer {
  readonly issuer: string
  readonly audience: readonly string[]
}

export interface AuthenticatedApiProps {
  readonly name: string
  readonly handler: IFunction
  /** @default IAM: callers sign with AWS credentials that hold `execute-api:Invoke` */
  readonly jwt?: JwtIssuer
}

/** Requests a second and bursts that protect the account's Lambda concurrency (default 1,000) from one client. */
const throttle = { burst: 200, rate: 100 }

export function authenticatedApi(scope: Construct, id: string, props: AuthenticatedApiProps): HttpApi {
  const api = new HttpApi(scope, id, {
    apiName: props.name,
    description: 'stepdag: run history and triggers, in the shape of Airflow REST API v2',
    defaultAuthorizer: authorizer(props.jwt),
    defaultIntegration: new HttpLambdaIntegration(`${id}Integration`, props.handler),
  })
  const logs = new LogGroup(scope, `${id}AccessLogs`, {
    logGroupName: `/stepdag/${props.name}/access`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const stage = api.defaultStage!.node.defaultChild as CfnStage // an HttpApi's default stage is this L1
  stage.accessLogSettings = {
    destinationArn: logs.logGroupArn,
    format: JSON.stringify({
      time: '$context.requestTime',
      caller: '$context.identity.caller',
      method: '$context.httpMethod',
      path: '$context.path',
      status: '$context.status',
      latencyMs: '$context.responseLatency',
      error: '$context.error.message',
    }),
  }
  stage.defaultRouteSettings = { throttlingBurstLimit: throttle.burst, throttlingRateLimit: throttle.rate }
  return api
}

function authorizer(jwt: JwtIssuer | undefined): IHttpRouteAuthorizer {
  if (!jwt) return new HttpIamAuthorizer()
  return new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: [...jwt.audience] })
}
