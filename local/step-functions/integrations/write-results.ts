/**
 * Writes what the children of a Map Run gave, by status, and the manifest that names the files. Source: AWS, "ResultWriter (Map)".
 * Invariant: never rejects; names and contents follow from the children alone, so writing again changes nothing.
 */
import type { ResultWriterPlan, TaskOutcome } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'

export interface ChildResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'PENDING'
  /** What DescribeExecution says of it. */
  readonly description: Readonly<Record<string, unknown>>
  /** JSON text; null unless it succeeded. */
  readonly output: string | null
}

const statuses = ['SUCCEEDED', 'FAILED', 'PENDING'] as const

/** @returns the output of the Map state */
export async function writeResults(
  plan: ResultWriterPlan,
  mapRunArn: string,
  children: readonly ChildResult[],
  { callService }: StepFunctionsOptions,
): Promise<TaskOutcome> {
  const { bucket } = plan
  if (bucket === null) return { ok: true, output: JSON.stringify(transformed(plan, children)) }
  const folder = [...plan.prefix.split('/').filter((part) => part !== ''), mapRunArn.split(':').at(-1)].join('/')
  const put = (Key: string, Body: string) =>
    callService('s3', 'putObject', { Bucket: bucket, Key, Body, ContentType: 'application/json' })
  try {
    const files: Record<string, { Key: string; Size: number }[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] }
    for (const status of statuses) {
      const own = children.filter((child) => child.status === status)
      if (own.length === 0) continue
      const Key = `${folder}/${status}_0.${plan.outputType.toLowerCase()}`
      // Only what succeeded has outputs to transform.
      const Body = encoded(plan, status === 'SUCCEEDED' ? transformed(plan, own) : own.map((one) => one.description))
      await put(Key, Body)
      files[status]!.push({ Key, Size: Buffer.byteLength(Body) })
    }
    const Key = `${folder}/manifest.json`
    await put(Key, JSON.stringify({ DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files }))
    return { ok: true, output: JSON.stringify({ MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key } }) }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    return { ok: false, error: 'States.ResultWriterFailed', cause }
  }
}

function transformed({ transformation }: ResultWriterPlan, children: readonly ChildResult[]): readonly unknown[] {
  if (transformation === 'NONE') return children.map((child) => child.description)
  const outputs = children.flatMap(({ output }) => (output === null ? [] : [JSON.parse(output) as unknown]))
  return transformation === 'FLATTEN' ? outputs.flat(1) : outputs
}

function encoded({ outputType }: ResultWriterPlan, values: readonly unknown[]): string {
  if (outputType === 'JSONL') return `${values.map((value) => JSON.stringify(value)).join('\n')}\n`
  return JSON.stringify(values)
}
