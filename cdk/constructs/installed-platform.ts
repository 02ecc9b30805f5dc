/**
 * The platform as a DAG stack sees it: names and ARNs derived from the installation's word, the account and the Region.
 * Nothing is imported from the platform stack, so CloudFormation never ties the two together.
 */
import { createHash } from 'node:crypto'
import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { type PlatformNames, platformNames } from '../../run-model/index.ts'

export interface InstalledPlatform {
  readonly platform: string
  readonly names: PlatformNames
  readonly tableArn: string
  readonly bucketName: string
  readonly bucketArn: string
  readonly scheduleGroup: string
  readonly schedulerRoleName: string
  readonly deadLetterQueueName: string
  readonly deadLetterQueueArn: string
  /** Prefix of connections and variables in Secrets Manager. */
  readonly secretsPrefix: string
  functionArn(name: string): string
  stateMachineArn(name: string): string
}

/** Lower-case letters, digits and `-`: the word becomes part of a bucket name. */
const legalPlatform = /^[a-z][a-z0-9-]{0,19}$/

/**
 * @param platform word of the installation; several may share an account.
 * @throws Error when the word cannot be part of a bucket name.
 */
export function installedPlatform(scope: Construct, platform: string): InstalledPlatform {
  if (!legalPlatform.test(platform)) {
    throw new Error(
      `platform "${platform}" must be 1 to 20 characters of a-z, 0-9 and "-", starting with a letter: it becomes part of a bucket name`,
    )
  }
  const stack = Stack.of(scope)
  const names = platformNames(platform, sha256)
  const arn = (service: string, resource: string, resourceName: string, arnFormat: ArnFormat) =>
    stack.formatArn({ service, resource, resourceName, arnFormat })
  const bucketName = `${names.bucketPrefix}-${stack.account}-${stack.region}`
  return {
    platform,
    names,
    tableArn: arn('dynamodb', 'table', names.table, ArnFormat.SLASH_RESOURCE_NAME),
    bucketName,
    bucketArn: `arn:${stack.partition}:s3:::${bucketName}`,
    scheduleGroup: platform,
    // Role names are one namespace for all Regions of an account.
    schedulerRoleName: `${platform}-scheduler-${stack.region}`,
    deadLetterQueueName: `${platform}-dead-letters`,
    deadLetterQueueArn: stack.formatArn({ service: 'sqs', resource: `${platform}-dead-letters` }),
    secretsPrefix: `${platform}/`,
    functionArn: (name) => arn('lambda', 'function', name, ArnFormat.COLON_RESOURCE_NAME),
    stateMachineArn: (name) => arn('states', 'stateMachine', name, ArnFormat.COLON_RESOURCE_NAME),
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
