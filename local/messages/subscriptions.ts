/** Who gets what is published: subscriptions of topics and rules of buses, one small JSON file. Written whole or not at all. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const subscription = z.object({
  arn: z.string(),
  topicArn: z.string(),
  queueArn: z.string(),
  /** The message as it is, without SNS's envelope. */
  isRaw: z.boolean(),
})
const rule = z.object({
  name: z.string(),
  pattern: z.record(z.string(), z.unknown()),
  targets: z.record(z.string(), z.string()),
})
const content = z.object({ topics: z.array(z.string()), subscriptions: z.array(subscription), rules: z.array(rule) })

export type Subscription = z.infer<typeof subscription>
/** `targets`: id → ARN of a queue. */
export type Rule = z.infer<typeof rule>
export type Subscriptions = z.infer<typeof content>

export interface SubscriptionFile {
  readonly current: Subscriptions
  /** Keeps what was changed in `current`. */
  save(): void
}

/** A file that cannot be read is an error that names it: what it held decides who is told what. */
export function openSubscriptions(file: string): SubscriptionFile {
  const current = content.parse(read(file) ?? { topics: [], subscriptions: [], rules: [] })
  return {
    current,
    save() {
      writeFileSync(`${file}.new`, JSON.stringify(current, null, 2))
      renameSync(`${file}.new`, file)
    },
  }
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null // Node's file functions throw errors with a code
    throw new Error(`${file} cannot be read; delete it to start without subscriptions and rules`, { cause: error })
  }
}
