/**
 * An AWS emulator (`ministack`, from PyPI) on a free loopback port, for as long as a test needs it. It runs the deployed
 * Lambdas, DynamoDB, S3, CloudFormation and API Gateway for real, in processes of this machine.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface Emulator {
  readonly endpoint: string
  /** What AWS clients of the test, and the CDK command, need to talk to it. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

export const howToGetTheEmulator =
  'The deploy test needs an AWS emulator. Install it and say where Python is:\n' +
  '  python3 -m venv .venv && .venv/bin/pip install ministack==1.5.33\n' +
  '  STEPDAG_EMULATOR_PYTHON=.venv/bin/python npm run test:deploy'

/**
 * @param stepFunctionsEndpoint where the deployed Lambdas find Step Functions
 * @param settings the emulator's own, over those that the deploy test needs
 */
export async function startEmulator(
  python: string,
  port: number,
  stepFunctionsEndpoint: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Emulator> {
  const folder = mkdtempSync(join(tmpdir(), 'stepdag-emulator-'))
  const log = openSync(join(folder, 'log'), 'w')
  const endpoint = `http://127.0.0.1:${port}`
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      // IAM is enforced: a Lambda or machine whose role lacks a right fails here as it would on AWS.
      AUTH: 'true',
      // Lambdas inherit the emulator's environment: this is how they reach the test's Step Functions.
      AWS_ENDPOINT_URL_SFN: stepFunctionsEndpoint,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...settings,
    },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await ready(endpoint, () => child.exitCode === null, join(folder, 'log'))
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    },
    close: async () => {
      child.kill('SIGTERM')
      await Promise.race([exited, pause(5_000)])
      child.kill('SIGKILL')
    },
  }
}

async function ready(endpoint: string, alive: () => boolean, log: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (!alive()) throw new Error(`the emulator ended at once; its log is ${log}\n${howToGetTheEmulator}`)
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => null)
    if (answer?.ok) return
    await pause(100)
  }
  throw new Error(`the emulator did not answer within 30 s; its log is ${log}`)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number } // a listening TCP server has an address object
  await new Promise((resolve) => server.close(resolve))
  return port
}
