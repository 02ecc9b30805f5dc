/** One request to the HTTP API. What it refuses becomes a problem; a 5xx is a bug of ours and stays an error. */
import { refused, worldGone } from './problems.ts'

const requestTimeoutMs = 30_000

export interface RequestInput {
  readonly method: 'POST' | 'PATCH'
  readonly body: unknown
  /** Name of the one who asks. @default anonymous */
  readonly as?: string
}

/** @throws CliError when the API refuses the request or does not answer. */
export async function request<Answer>(apiUrl: string, path: string, input?: RequestInput): Promise<Answer> {
  const response = await fetch(`${apiUrl}/api/v2${path}`, {
    method: input?.method ?? 'GET',
    headers: headersOf(input),
    ...(input && { body: JSON.stringify(input.body) }),
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    throw worldGone({ apiUrl, reason: error.cause?.code ?? error.message })
  })
  // The contract says what a path answers; the API is of the same version.
  if (response.ok) return (await response.json()) as Answer
  throw await refusal(response, `${input?.method ?? 'GET'} ${path}`)
}

function headersOf(input: RequestInput | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    ...(input && { 'content-type': 'application/json' }),
    ...(input?.as !== undefined && { authorization: `Bearer local-${encodeURIComponent(input.as)}` }),
  }
}

async function refusal(response: Response, call: string): Promise<Error> {
  const text = await response.text()
  const answer = readAnswer(text)
  if (response.status >= 500 || !answer) return new Error(`${call} answered ${response.status}: ${text}`)
  return refused(answer)
}

/** Where the API advises another request, people at a shell get the command. */
const commands: Readonly<Record<string, string>> = {
  'unknown-dag': 'stepdag dags list shows the DAGs there are; stepdag compile dags, what is wrong with others',
  'unknown-run': 'stepdag runs list shows the runs there are',
}

type Refusal = Parameters<typeof refused>[0]

function readAnswer(text: string): Refusal | null {
  try {
    const { code, detail, why, fix } = JSON.parse(text)
    if (typeof code !== 'string' || typeof why !== 'string' || typeof fix !== 'string') return null
    return { code, detail: detailText(detail), why, fix: fix.includes('/api/v2') ? (commands[code] ?? fix) : fix }
  } catch {
    return null
  }
}

/** A malformed request answers a list of places and messages. */
function detailText(detail: unknown): string {
  if (!Array.isArray(detail)) return String(detail)
  return detail.map(({ loc, msg }) => `${[loc].flat().join('.')}: ${msg}`).join('; ')
}
