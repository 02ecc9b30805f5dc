/** Puts a custom resource's answer to the pre-signed address CloudFormation gave. Ends after three attempts. */
import type { ResourceAnswer } from './cloudformation.ts'

const attempts = 3
const attemptMs = 10_000

/** @throws Error when the address cannot be reached; Lambda then delivers the event again. */
export async function sendAnswer(url: string, answer: ResourceAnswer): Promise<void> {
  let failure: unknown
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      const response = await fetch(url, {
        method: 'PUT',
        // The signature covers an empty content type.
        headers: { 'content-type': '' },
        body: JSON.stringify(answer),
        signal: AbortSignal.timeout(attemptMs),
      })
      if (response.ok) return
      failure = `status ${response.status}`
    } catch (error) {
      failure = error
    }
  }
  throw new Error(`CloudFormation did not take the answer of ${answer.LogicalResourceId}`, { cause: failure })
}
