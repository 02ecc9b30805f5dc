/**
 * Queues by name. A queue that somebody names is there: nothing else in the local world would create it. Its URL is ours or
 * AWS's, as a definition may say; the name is its last part.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { MessageError } from './message-error.ts'
import { openMessageFiles } from './message-files.ts'
import { openQueue, type Queue } from './queue.ts'

export interface Queues {
  /** By name, URL or ARN. @throws MessageError for what no queue can be called */
  at(address: string): Queue
  names(): readonly string[]
  remove(address: string): void
  close(): void
}

export function openQueues(folder: string, clock: Clock): Queues {
  mkdirSync(folder, { recursive: true })
  const open = new Map<string, Queue>()
  return {
    at(address) {
      const name = queueName(address)
      const queue = open.get(name) ?? openQueue(openMessageFiles(join(folder, name)), clock)
      open.set(name, queue)
      return queue
    },
    names: () => readdirSync(folder).sort(),
    remove(address) {
      const name = queueName(address)
      open.get(name)?.close()
      open.delete(name)
      rmSync(join(folder, name), { recursive: true, force: true })
    },
    close() {
      for (const queue of open.values()) queue.close()
    },
  }
}

export function queueName(address: string): string {
  const name = address.split(/[/:]/).at(-1) ?? ''
  if (/^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/.test(name)) return name
  throw new MessageError(
    'InvalidParameterValue',
    `${address} names no queue; a name has letters, digits, - and _, 80 at most.`,
  )
}
