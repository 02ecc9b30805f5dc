/** The environment of every local Lambda: the platform's resources, and SDK clients pointed at loopback. */
import { bucket, credentials, names, place } from './settings.ts'
import type { World } from './world.ts'

/** Connections and variables a developer sets for tasks, and endpoints of stand-ins, which come before our own queues, topics and bus. */
const passedOn = /^((STEPDAG|AIRFLOW)_(VAR|CONN)_|AWS_ENDPOINT_URL_)/

export interface EnvironmentOptions {
  readonly endpoints: World['endpoints']
  /** New per start: voids the leases of invocations that died with the world before. */
  readonly leaseEpoch: string
  /** False: the launcher makes no run of a due tick. */
  readonly schedules: boolean
  /** The environment of the world's own process. */
  readonly around: Readonly<Record<string, string | undefined>>
}

export function functionEnvironment({
  endpoints,
  leaseEpoch,
  schedules,
  around,
}: EnvironmentOptions): Record<string, string> {
  const passed = Object.entries(around).filter(([name, value]) => value !== undefined && passedOn.test(name))
  return {
    AWS_ENDPOINT_URL_SQS: endpoints.messages,
    AWS_ENDPOINT_URL_SNS: endpoints.messages,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.messages,
    ...Object.fromEntries(passed.map(([name, value]) => [name, String(value)])),
    ...(around.PATH !== undefined && { PATH: around.PATH }),
    STEPDAG_TABLE: names.table,
    STEPDAG_BUCKET: bucket,
    STEPDAG_LAUNCHER: names.launcher,
    STEPDAG_LEASE_EPOCH: leaseEpoch,
    STEPDAG_SCHEDULES: schedules ? 'on' : 'off',
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
}
