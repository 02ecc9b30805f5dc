/**
 * The same machines on our Step Functions and on an AWS emulator, each in a process of its own, driven through the same SDK
 * client by turns → tasks per second of both, round by round.
 */
import { execFileSync, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateFunctionCommand, LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { freePort, startEmulator } from '../../test/deploy/emulator.ts'
import { noOpSource, oneMap, oneTask } from './peer-machines.ts'

export interface PeerRound {
  readonly workload: 'one map' | 'runs'
  readonly tasks: number
  readonly ownMs: number
  readonly peerMs: number
}

interface Peer {
  readonly client: SFNClient
  readonly functionArn: string
  close(): Promise<void>
}

const place = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
const roleArn = 'arn:aws:iam::000000000000:role/bench'
/** Requests under way at a time, in both. */
const starters = 32

/** @param python of a virtual environment with ministack */
export async function measurePeer(python: string, tasks: number, rounds: number): Promise<readonly PeerRound[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stepdag-bench-'))
  const [own, peer] = [await openOwn(folder), await openPeer(folder, python)]
  try {
    const measured: PeerRound[] = []
    for (const [workload, run] of [
      ['one map', runMap],
      ['runs', runMany],
    ] as const) {
      // Threads, processes and caches that the first round makes are not what is compared.
      for (const side of [own, peer]) await run(side, `warm-${workload.length}`, Math.min(tasks, 100))
      for (let round = 0; round < rounds; round++) {
        const name = `bench-${workload.length}-${round}`
        const order = round % 2 === 0 ? [own, peer] : [peer, own]
        const ms = new Map<Peer, number>()
        for (const side of order) ms.set(side, await timed(() => run(side, name, tasks)))
        measured.push({ workload, tasks, ownMs: ms.get(own)!, peerMs: ms.get(peer)! })
      }
    }
    return measured
  } finally {
    await Promise.all([own.close(), peer.close()])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function runMap({ client, functionArn }: Peer, name: string, tasks: number): Promise<void> {
  const stateMachineArn = await create(client, name, oneMap(functionArn))
  const input = JSON.stringify(Array.from({ length: tasks }, (_, n) => n))
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }))
  for (;;) {
    const { status, error, cause, output } = await client.send(new DescribeExecutionCommand({ executionArn }))
    if (status === 'SUCCEEDED') {
      const ran = (JSON.parse(output ?? '[]') as readonly unknown[]).length // a Map answers a list
      if (ran !== tasks) throw new Error(`the Map ran ${ran} of ${tasks} items`)
      return
    }
    if (status !== 'RUNNING') throw new Error(`the Map ended as ${status}: ${error} ${cause}`)
    await pause(100)
  }
}

async function runMany({ client, functionArn }: Peer, name: string, tasks: number): Promise<void> {
  const stateMachineArn = await create(client, name, oneTask(functionArn))
  let left = tasks
  const starter = async () => {
    while (left-- > 0) await client.send(new StartExecutionCommand({ stateMachineArn }))
  }
  await Promise.all(Array.from({ length: starters }, starter))
  const count = async (statusFilter: 'RUNNING' | 'FAILED') => {
    const page = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1 }))
    return page.executions?.length ?? 0
  }
  while ((await count('RUNNING')) > 0) await pause(200)
  if ((await count('FAILED')) > 0) throw new Error('an execution failed')
}

async function create(client: SFNClient, name: string, definition: string): Promise<string> {
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name, roleArn, definition }))
  return stateMachineArn!
}

async function openOwn(folder: string): Promise<Peer> {
  const child = fork(join(import.meta.dirname, 'own-server.ts'), [join(folder, 'own')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)))
    child.once('exit', (code) => reject(new Error(`our own server ended with ${code}`)))
  })
  const client = new SFNClient({ ...place, endpoint })
  return {
    client,
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:noop',
    close: async () => {
      client.destroy()
      child.disconnect()
    },
  }
}

async function openPeer(folder: string, python: string): Promise<Peer> {
  // Its rights are not checked here: that is work which ours does not do.
  const emulator = await startEmulator(python, await freePort(), 'http://127.0.0.1:1', { AUTH: 'false' })
  const lambda = new LambdaClient({ ...place, endpoint: emulator.endpoint })
  writeFileSync(join(folder, 'index.mjs'), noOpSource)
  execFileSync(python, ['-m', 'zipfile', '-c', 'noop.zip', 'index.mjs'], { cwd: folder })
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'noop',
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Role: roleArn,
      Code: { ZipFile: readFileSync(join(folder, 'noop.zip')) },
    }),
  )
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: 'noop' })
  lambda.destroy()
  const client = new SFNClient({ ...place, endpoint: emulator.endpoint })
  return {
    client,
    functionArn: FunctionArn!,
    async close() {
      client.destroy()
      await emulator.close()
    },
  }
}
