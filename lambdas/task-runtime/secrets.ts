/**
 * Where variables and connections come from before the run table is asked: AWS Secrets Manager, if the deployment names
 * a prefix, then the environment. Same order and same names as Airflow's secrets backends, with `STEPDAG_` first.
 */
import type { Connection } from '../../dag-compiler/define.ts'
import { parseConnection } from './parse-connection.ts'
import type { Secrets } from './ports.ts'

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Null: the deployment has no Secrets Manager prefix. Answers null for a secret that does not exist. */
  readonly readSecret: ((name: string) => Promise<string | null>) | null
}

export function createSecrets({ env, readSecret }: SecretSources): Secrets {
  const secret = async (name: string) => (readSecret ? readSecret(name) : null)
  const variableOf = (kind: string, id: string) =>
    env[`STEPDAG_${kind}_${id.toUpperCase()}`] ?? env[`AIRFLOW_${kind}_${id.toUpperCase()}`] ?? null
  return {
    variable: async (key) => (await secret(`variables/${key}`)) ?? variableOf('VAR', key),
    connection: async (id): Promise<Connection | null> => {
      const text = (await secret(`connections/${id}`)) ?? variableOf('CONN', id)
      return text === null ? null : parseConnection(id, text)
    },
  }
}
