/**
 * Events that Lambda has accepted, a file each, until their function has taken them. A file is whole or not there: it is
 * written under another name first. Nothing is fsynced: only a power cut could lose an event (decision 0020).
 */
import { randomUUID } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

export interface KeptEvent {
  /** Of the invocation; every try of the event has the same, as on AWS. */
  readonly id: string
  /** Name or ARN of the function. */
  readonly address: string
  payload(): string
  /** An invocation begins. Answers how many began before that nothing was heard of, in this process or another. */
  begin(): number
  /** It was broken off on purpose, and does not count. */
  breakOff(): void
  /** Its function has taken it, or has been given up. */
  remove(): void
}

export interface EventFiles {
  /** @throws Error of the file system: then the event is not accepted. */
  keep(address: string, payload: string): KeptEvent
  /** What an earlier process has left, in the order in which it came. Asked once, before anything is kept. */
  left(): readonly KeptEvent[]
}

const suffix = '.json'
const head = z.object({ id: z.string(), address: z.string(), payload: z.string() })

/** @param onDamage called for a file that cannot be read; it is set aside as `<name>.damaged` */
export function openEventFiles(folder: string, now: () => number, onDamage: (file: string) => void): EventFiles {
  mkdirSync(folder, { recursive: true })
  let serial = 0
  return {
    keep(address, payload) {
      const id = randomUUID()
      serial += 1
      // In the order of time and arrival, by name.
      const order = `${String(now()).padStart(14, '0')}-${String(serial).padStart(9, '0')}`
      const file = join(folder, `${order}-${id}${suffix}`)
      writeFileSync(`${file}.new`, `${JSON.stringify({ id, address, payload })}\n`)
      renameSync(`${file}.new`, file)
      return keptIn(file, id, address)
    },
    left() {
      const names = readdirSync(folder).sort()
      // Nobody was told that these were accepted.
      for (const name of names) if (name.endsWith('.new')) rmSync(join(folder, name))
      return names.flatMap((name) => {
        if (!name.endsWith(suffix)) return []
        const file = join(folder, name)
        const event = read(file)
        if (event) return [keptIn(file, event.id, event.address)]
        renameSync(file, `${file}.damaged`)
        onDamage(`${file}.damaged`)
        return []
      })
    },
  }
}

/** Behind its line, the file has a byte for every invocation that began. */
function keptIn(file: string, id: string, address: string): KeptEvent {
  return {
    id,
    address,
    payload: () => z.object({ payload: z.string() }).parse(JSON.parse(lineOf(file))).payload,
    begin() {
      const began = readFileSync(file, 'utf8').split('\n').at(-1)?.length ?? 0
      appendFileSync(file, '.')
      return began
    },
    breakOff() {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
      if (size > 0) truncateSync(file, size - 1)
    },
    remove: () => rmSync(file, { force: true }),
  }
}

const lineOf = (file: string): string => readFileSync(file, 'utf8').split('\n', 1)[0] ?? ''

function read(file: string): z.infer<typeof head> | null {
  try {
    return head.parse(JSON.parse(lineOf(file)))
  } catch {
    return null
  }
}
