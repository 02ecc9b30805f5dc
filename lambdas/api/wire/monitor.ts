/** `/version`, `/monitor/health` and `/auth/token`. */
import { z } from '@hono/zod-openapi'
import { date, text } from './primitives.ts'

export const VersionInfo = z.object({ version: text, git_version: text.nullable() }).openapi('VersionInfo')
const status = z.enum(['healthy', 'unhealthy']).nullable()
export const HealthInfoResponse = z
  .object({
    metadatabase: z.object({ status }),
    scheduler: z.object({ status, latest_scheduler_heartbeat: date.nullable() }),
    triggerer: z.object({ status, latest_triggerer_heartbeat: date.nullable() }),
    dag_processor: z.object({ status, latest_dag_processor_heartbeat: date.nullable() }),
  })
  .openapi('HealthInfoResponse')

export const LoginBody = z.object({ username: text, password: text }).openapi('LoginBody')
export const LoginResponse = z.object({ access_token: text }).openapi('LoginResponse')
