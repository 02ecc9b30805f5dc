/**
 * Rights for calls through the SDK integration. The IAM action is the service's prefix and the action in Pascal case, with
 * few exceptions; resources are named only for S3 and DynamoDB, the others differ too much to guess.
 */
import type { ServiceArgument } from '../../1-define/dag-definition.ts'
import type { ServiceNeed } from '../machine.ts'
import { arnNamed, literalAt } from './arns.ts'

/** Where IAM's prefix is not the service's name in the SDK integration. */
const prefixes: Readonly<Record<string, string>> = {
  cloudwatchlogs: 'logs',
  cognitoidentityprovider: 'cognito-idp',
  configservice: 'config',
  databasemigration: 'dms',
  directory: 'ds',
  efs: 'elasticfilesystem',
  emr: 'elasticmapreduce',
  emrserverless: 'emr-serverless',
  eventbridge: 'events',
  opensearch: 'es',
  rdsdata: 'rds-data',
  redshiftdata: 'redshift-data',
  sesv2: 'ses',
  sfn: 'states',
}

/** Where S3's rights are named unlike its actions. */
const s3Rights: Readonly<Record<string, readonly string[]>> = {
  copyObject: ['s3:PutObject', 's3:GetObject'],
  deleteObjects: ['s3:DeleteObject'],
  headBucket: ['s3:ListBucket'],
  headObject: ['s3:GetObject'],
  listBuckets: ['s3:ListAllMyBuckets'],
  listObjects: ['s3:ListBucket'],
  listObjectsV2: ['s3:ListBucket'],
}

export function sdkGrants(resource: string, args: ServiceArgument): readonly ServiceNeed[] {
  const [, service = '', action = ''] = resource.split(':')
  if (service === 's3') return s3Grants(action, args)
  const pascalCase = `${action.slice(0, 1).toUpperCase()}${action.slice(1)}`
  const table = literalAt(args, 'TableName')
  const resources =
    service === 'dynamodb' && table !== null
      ? [arnNamed('dynamodb', 'table/', table), `${arnNamed('dynamodb', 'table/', table)}/index/*`]
      : ['*']
  if (service === 'lambda' && action === 'invoke') return [{ actions: ['lambda:InvokeFunction'], resources }]
  return [{ actions: [`${prefixes[service] ?? service}:${pascalCase}`], resources }]
}

function s3Grants(action: string, args: ServiceArgument): readonly ServiceNeed[] {
  const own = `s3:${action.slice(0, 1).toUpperCase()}${action.slice(1)}`
  const bucket = literalAt(args, 'Bucket') ?? '*'
  const source = literalAt(args, 'CopySource')
  return (s3Rights[action] ?? [own]).map((right) => {
    if (right.endsWith('ListAllMyBuckets')) return { actions: [right], resources: ['*'] }
    const isCopied = action === 'copyObject' && right === 's3:GetObject'
    // An object of another bucket; its name is part of a text that is made while the run runs, or not.
    const name = isCopied ? (source?.replace(/^\//, '').split('/')[0] ?? '*') : bucket
    const isBucketRight = /Bucket|ListMultipart/.test(right)
    return { actions: [right], resources: [`arn:{partition}:s3:::${name}${isBucketRight ? '' : '/*'}`] }
  })
}
