/** Which server stands in for which AWS service. Invariant: a service without a setting is never called, least of all on AWS. */

/** @param service as a state machine names it, e.g. `dynamodb`. Null: nothing stands in for it */
export type EndpointOf = (service: string) => string | null

type Texts = Readonly<Record<string, string | undefined>>

/**
 * What is given as an option comes first, then `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL`, the settings that every AWS
 * SDK reads.
 */
export function endpointsOf(given: Texts, environment: Texts): EndpointOf {
  return (service) => given[service] || environment[settingOf(service)] || environment.AWS_ENDPOINT_URL || null
}

/** @returns what a task fails with that calls a service without an endpoint */
export function notConfigured(service: string): string {
  const option = ['lambda', 'dynamodb', 's3'].includes(service) ? `--${service}-endpoint or ` : ''
  return `Nothing stands in for ${service}: start stepdag step-functions with ${option}${settingOf(service)}.`
}

const settingOf = (service: string) => `AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
