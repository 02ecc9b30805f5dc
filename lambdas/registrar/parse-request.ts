/** Reads a direct call of the registrar Lambda, as the local world makes it. */
import { z } from 'zod'
import type { RegisterRequest } from '../../run-model/index.ts'

const registerRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('register'),
    manifest: z.object({ bucket: z.string(), key: z.string() }),
    stateMachineArn: z.string(),
    stateMachineRevisionId: z.string().nullable(),
    requestId: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('remove'), dagId: z.string() }),
])

/** @throws Error that names the faulty fields. */
export function parseRegisterRequest(event: unknown): RegisterRequest {
  const parsed = registerRequest.safeParse(event)
  if (parsed.success) return parsed.data
  throw new Error(`The registrar got an event it does not know: ${z.prettifyError(parsed.error)}`)
}
