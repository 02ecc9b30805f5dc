/**
 * The handler of a task Lambda: the generated entry of a bundle hands in the DAG file and its plan, this wires them to
 * AWS at the first call. All clients are ordinary SDK clients; the local world only changes their endpoints.
 */
import { createHash } from 'node:crypto'
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { findDags, readDag } from '../../dag-compiler/define.ts'
import type { TaskAnswer, TaskCall, TaskWaits, Wiring } from '../../run-model/index.ts'
import { heartbeatThrough, releaseThrough, wakeThrough } from '../arrival/index.ts'
import { createRunStore } from '../store/index.ts'
import { launcherCaller } from './call-launcher.ts'
import type { ExtraOperators, TaskPorts, TaskProgram, WriteLog } from './ports.ts'
import { secretReader } from './read-secret.ts'
import { runTask } from './run-task.ts'
import { createSecrets } from './secrets.ts'

export interface TaskBundleParts {
  /** Namespace of the DAG file's module. */
  readonly dagFile: object
  readonly dagId: string
  readonly wiring: Wiring
  /** Implementations of operators that only this DAG's kind of bundle holds. */
  readonly operators: ExtraOperators
}

/** The parts of Lambda's context that a task uses. */
export interface LambdaContext {
  readonly awsRequestId: string
  /** With the version that the caller named. */
  readonly invokedFunctionArn: string
  readonly getRemainingTimeInMillis: () => number
}

export function taskHandler(
  parts: TaskBundleParts,
): (call: TaskCall, context: LambdaContext) => Promise<TaskAnswer | TaskWaits> {
  const program = programOf(parts)
  let wired: Wired | undefined
  return (call, context) => {
    wired ??= wire(process.env)
    const { ports, leaseEpoch } = wired
    const deadlineMs = ports.now() + context.getRemainingTimeInMillis()
    const { awsRequestId: requestId, invokedFunctionArn: functionArn } = context
    return runTask(ports, program, call, { requestId, functionArn, deadlineMs, leaseEpoch })
  }
}

function programOf({ dagFile, dagId, wiring, operators }: TaskBundleParts): TaskProgram {
  const dags = findDags(dagFile).map(readDag)
  const dag = dags.find(({ definition }) => definition.dagId === dagId)
  if (!dag) throw new Error(`The DAG file of this bundle has no DAG "${dagId}". Please report this bug.`)
  return { dag, wiring, operators }
}

interface Wired {
  readonly ports: TaskPorts
  readonly leaseEpoch: string | null
}

function wire(env: NodeJS.ProcessEnv): Wired {
  const {
    STEPDAG_TABLE: table,
    STEPDAG_BUCKET: bucket,
    STEPDAG_SECRETS_PREFIX: prefix,
    STEPDAG_LAUNCHER: launcher,
  } = env
  if (!table || !bucket) throw new Error('A task Lambda needs STEPDAG_TABLE and STEPDAG_BUCKET in its environment.')
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient())
  const store = createRunStore({ dynamodb, s3: new S3Client(), table, bucket })
  const stepFunctions = new SFNClient()
  const ports: TaskPorts = {
    store,
    ...(launcher && { trigger: { store, launch: launcherCaller(launcher) } }),
    releaseToken: releaseThrough(stepFunctions),
    heartbeat: heartbeatThrough(stepFunctions),
    wake: wakeThrough(new LambdaClient()),
    secrets: createSecrets({ env, readSecret: prefix ? secretReader(prefix) : null }),
    log: structuredLog(new Logger({ serviceName: 'stepdag' })),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    now: Date.now,
    alarm(delayMs, fire) {
      const timer = setTimeout(fire, delayMs)
      return () => clearTimeout(timer)
    },
  }
  return { ports, leaseEpoch: env.STEPDAG_LEASE_EPOCH ?? null }
}

const structuredLog =
  (logger: Logger): WriteLog =>
  (level, message, fields) =>
    logger[level](message, { ...fields })
