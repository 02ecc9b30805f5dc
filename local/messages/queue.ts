/**
 * One SQS queue: what is received is hidden for a while and comes again unless it is deleted (at least once, as on AWS). Who
 * has received what is forgotten when the process ends: then everything that was not deleted comes again.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { MessageFiles, StoredMessage } from './message-files.ts'

export interface Queue {
  send(message: OutgoingMessage): StoredMessage
  /** Waits for the first message at most `waitSeconds`. */
  receive(request: ReceiveRequest): Promise<readonly Received[]>
  /** Deleting again changes nothing, nor does an old receipt. */
  remove(receipt: string): void
  /** @returns false for a receipt that is not in force */
  hide(receipt: string, seconds: number): boolean
  purge(): void
  counts(): { readonly visible: number; readonly hidden: number }
  /** Answers whoever waits for messages. */
  close(): void
}

export interface OutgoingMessage {
  readonly body: string
  readonly attributes: StoredMessage['attributes']
  readonly delaySeconds: number
}

export interface ReceiveRequest {
  readonly most: number
  readonly hiddenSeconds: number
  readonly waitSeconds: number
}

export interface Received {
  readonly message: StoredMessage
  readonly receipt: string
  readonly receives: number
}

interface Entry {
  readonly message: StoredMessage
  visibleAtMs: number
  receives: number
  receipt: string | null
}

export function openQueue(files: MessageFiles, clock: Clock): Queue {
  const entries = new Map<string, Entry>()
  const waiting = new Set<() => void>()
  const life = { closed: false }
  const add = (message: StoredMessage, visibleAtMs: number) =>
    entries.set(message.id, { message, visibleAtMs, receives: 0, receipt: null })
  for (const message of files.left()) add(message, 0)

  const wake = () => {
    for (const look of [...waiting]) look()
  }
  const visible = () => [...entries.values()].filter((entry) => entry.visibleAtMs <= clock.now())
  const take = ({ most, hiddenSeconds }: ReceiveRequest): Received[] =>
    visible()
      .slice(0, most)
      .map((entry) => {
        entry.visibleAtMs = clock.now() + hiddenSeconds * 1000
        entry.receives += 1
        entry.receipt = `${entry.message.id}#${randomUUID()}`
        return { message: entry.message, receipt: entry.receipt, receives: entry.receives }
      })
  const byReceipt = (receipt: string) => {
    const entry = entries.get(receipt.slice(0, receipt.indexOf('#')))
    return entry?.receipt === receipt ? entry : null
  }
  /** The next moment at which looking again may find something. */
  const nextLook = (untilMs: number) =>
    Math.min(untilMs, ...[...entries.values()].map((entry) => entry.visibleAtMs).filter((atMs) => atMs > clock.now()))
  const somethingOr = (atMs: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        cancel()
        waiting.delete(look)
        resolve()
      }
      const cancel = clock.alarm(atMs, look)
      waiting.add(look)
    })

  return {
    send({ body, attributes, delaySeconds }) {
      const message = { id: randomUUID(), body, attributes, sentAtMs: clock.now() }
      files.keep(message)
      add(message, clock.now() + delaySeconds * 1000)
      wake()
      return message
    },
    async receive(request) {
      const untilMs = clock.now() + request.waitSeconds * 1000
      for (;;) {
        const found = take(request)
        if (found.length > 0 || clock.now() >= untilMs || life.closed) return found
        await somethingOr(nextLook(untilMs))
      }
    },
    remove(receipt) {
      const entry = byReceipt(receipt)
      if (!entry) return
      entries.delete(entry.message.id)
      files.remove(entry.message.id)
    },
    hide(receipt, seconds) {
      const entry = byReceipt(receipt)
      if (!entry) return false
      entry.visibleAtMs = clock.now() + seconds * 1000
      wake()
      return true
    },
    purge() {
      for (const id of entries.keys()) files.remove(id)
      entries.clear()
    },
    counts() {
      const seen = visible().length
      return { visible: seen, hidden: entries.size - seen }
    },
    close() {
      life.closed = true
      wake()
    },
  }
}
