/** Reads the items of a Map Run from S3. Invariant: never rejects, and the output is a JSON array. Reading again changes nothing. */
import type { TaskOutcome } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'
import { atMost, itemsOf } from '../states/item-formats.ts'
import type { Reading } from '../states/item-reader.ts'
import { serviceFailure } from './error-names.ts'

type CallService = StepFunctionsOptions['callService']

export async function readItems(text: string, { callService }: StepFunctionsOptions): Promise<TaskOutcome> {
  const reading = JSON.parse(text) as Reading // our own writing, see states/map.ts
  const { action } = reading
  const answer = await callS3(reading, callService)
  if (!answer.ok) return answer.failure
  try {
    return { ok: true, output: JSON.stringify(action === 'getObject' ? ofObject(answer.value, reading) : answer.value) }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    return { ok: false, error: 'States.ItemReaderFailed', cause }
  }
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: TaskOutcome }

async function callS3(reading: Reading, callService: CallService): Promise<Answer> {
  const { action } = reading
  try {
    const list = action === 'listObjectsV2'
    return {
      ok: true,
      value: await (list ? listed(reading, callService) : callService('s3', action, reading.arguments)),
    }
  } catch (error) {
    const s3 = { kind: 'service', service: 's3', action, sdk: true, callback: false, waits: false } as const
    return { ok: false, failure: serviceFailure(s3, error) }
  }
}

function ofObject(answer: unknown, { config }: Reading): readonly unknown[] {
  const { Body } = answer as { readonly Body?: unknown } // GetObject's answer, see port.ts
  return itemsOf(typeof Body === 'string' ? Body : '', config)
}

interface Page {
  readonly Contents?: readonly Readonly<Record<string, unknown>>[]
  readonly NextContinuationToken?: string
}

/** Every object of the listing, in the shape AWS documents for items: instants in seconds, `Etag` with a small t. */
async function listed(reading: Reading, callService: CallService): Promise<readonly unknown[]> {
  const items: unknown[] = []
  const most = typeof reading.config.MaxItems === 'number' ? reading.config.MaxItems : Number.POSITIVE_INFINITY
  let token: string | undefined
  do {
    const more = token === undefined ? {} : { ContinuationToken: token }
    const page = (await callService('s3', 'listObjectsV2', { ...reading.arguments, ...more })) as Page // ListObjectsV2's answer
    for (const { ETag, Key, LastModified, Size, StorageClass } of page.Contents ?? []) {
      const seconds = Math.floor(new Date(LastModified as string | number | Date).getTime() / 1000) // a Date, or its text
      items.push({ Etag: ETag, Key, LastModified: seconds, Size, StorageClass: StorageClass ?? 'STANDARD' })
    }
    // The same token twice would go round for ever.
    token = page.NextContinuationToken === token ? undefined : page.NextContinuationToken
  } while (token !== undefined && items.length < most)
  return atMost(items, reading.config)
}
