/** DynamoDB of the local world: dynalite in a thread, its data on disk, and the run table in it. */
import { mkdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { realClock } from '../clock.ts'
import { stateDirNotWritable, storeDamaged, storeLocked } from '../world-problems.ts'

export interface LocalDynamoDb {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** Lets requests in flight end, then closes the store. */
  close(): Promise<void>
}

export interface DynamoDbOptions {
  readonly dataDir: string
  readonly region: string
  readonly accountId: string
  /** The thread died while the world runs. */
  readonly onLost: (error: Error) => void
}

type FromThread =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }

/** Longest wait for requests in flight at the end; LevelDB is consistent whenever it is cut off. */
const closeLimitMs = 5_000

/** @throws WorldProblem when the store is damaged or in use */
export async function startDynamoDb(options: DynamoDbOptions): Promise<LocalDynamoDb> {
  mkdirSync(options.dataDir, { recursive: true })
  const thread = new Worker(new URL('./dynalite-thread.mjs', import.meta.url), {
    workerData: { dataDir: options.dataDir },
    env: { AWS_REGION: options.region, AWS_ACCOUNT_ID: options.accountId },
    execArgv: [],
  })
  const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()))
  const port = await listening(thread, options.dataDir)
  thread.on('error', options.onLost)
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const cancel = realClock.alarm(realClock.now() + closeLimitMs, () => void thread.terminate())
      thread.postMessage('close')
      await exited
      cancel()
    },
  }
}

function listening(thread: Worker, dataDir: string): Promise<number> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('message', (message: FromThread) => {
      thread.off('error', reject)
      if (message.kind === 'listening') return resolve(message.port)
      void thread.terminate()
      reject(problemOf(message, dataDir))
    })
  })
}

/** LevelDB tells what the system refused only in words (`PosixError` of its environment). */
const refusedBySystem = /(Permission denied|Operation not permitted|Read-only file system|No space left on device)$/

function problemOf({ code, reason }: FromThread & { kind: 'refused' }, dataDir: string): Error {
  if (code === 'LEVEL_LOCKED') return storeLocked(dataDir)
  return refusedBySystem.test(reason) ? stateDirNotWritable(dataDir, reason) : storeDamaged(dataDir, reason)
}
