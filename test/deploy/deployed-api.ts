/** The deployed HTTP API through the emulator's API Gateway, which refuses calls without an Authorization header as AWS does. */
import type { Emulator } from './emulator.ts'

/** API Gateway checks the signature on AWS; the emulator only asks that there is one. */
const signed = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0',
}

export interface DeployedApi {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  withoutCredentials(path: string): Promise<number>
}

export function deployedApi(emulator: Emulator, apiUrl: string): DeployedApi {
  const apiId = new URL(apiUrl).hostname.split('.')[0]
  const url = (path: string) => `${emulator.endpoint}/_aws/execute-api/${apiId}/$default/api/v2${path}`
  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const answer = await fetch(url(path), { ...init, headers: { ...signed, 'content-type': 'application/json' } })
    const body = await answer.text()
    if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path} answered ${answer.status}: ${body}`)
    return JSON.parse(body) as T // the caller names the shape that the API documents
  }
  return {
    get: (path) => call(path, {}),
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
    withoutCredentials: async (path) => (await fetch(url(path))).status,
  }
}
