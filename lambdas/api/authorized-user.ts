/** Who API Gateway's authorizer let in: the subject of a JWT, or the IAM principal. */
import type { Context } from 'hono'
import type { User } from './routes/route.ts'

export function authorizedUser(c: Context): User {
  // API Gateway's event, as hono's adapter hands it on.
  const { jwt, iam } = c.env?.event?.requestContext?.authorizer ?? {}
  const id = String(jwt?.claims?.sub ?? iam?.userArn ?? 'anonymous')
  return { id, name: String(jwt?.claims?.name ?? id) }
}
