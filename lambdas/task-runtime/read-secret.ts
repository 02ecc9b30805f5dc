/** The edge to Secrets Manager. The client is made at the first read, so that tasks without secrets never pay for it. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** @param prefix leads every secret's name, e.g. `stepdag/`. */
export function secretReader(prefix: string): (name: string) => Promise<string | null> {
  let client: SecretsManagerClient | undefined
  return async (name) => {
    client ??= new SecretsManagerClient()
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: `${prefix}${name}` }))
      return SecretString ?? null
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return null
      throw error
    }
  }
}
