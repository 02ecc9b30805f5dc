/** What optimized integrations add to a service's answer: the HTTP response as AWS's own client saw it (recorded shape). */
import { randomUUID } from 'node:crypto'
import { realClock } from '../../clock.ts'

/** @param headers of the answer, beside those that every answer has */
export function httpMetadata(headers: Readonly<Record<string, string>>): Record<string, unknown> {
  const requestId = randomUUID()
  const all: Record<string, string> = { ...headers, Date: answeredAt(), 'x-amzn-RequestId': requestId }
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      HttpHeaders: all,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  }
}

/** Of the server, whose clock is its own on AWS too. */
const answeredAt = () => new Date(realClock.now()).toUTCString()

export const jsonHeaders = (body: string): Record<string, string> => ({
  connection: 'keep-alive',
  'Content-Length': String(Buffer.byteLength(body)),
  'Content-Type': 'application/x-amz-json-1.0',
})
