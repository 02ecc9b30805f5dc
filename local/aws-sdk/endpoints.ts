/** Which server stands in for which AWS service. Invariant: a service without a setting is never called, least of all on AWS. */
import { clientNameOf, endpointSettingOf } from './client-names.ts'

/** @param service as a state machine names it, e.g. `dynamodb`. Null: nothing stands in for it */
export type EndpointOf = (service: string) => string | null

type Texts = Readonly<Record<string, string | undefined>>

/**
 * What is given by name of an SDK client comes first, then `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL`, the settings that
 * every AWS SDK reads.
 */
export function endpointsOf(given: Texts, environment: Texts): EndpointOf {
  return (service) =>
    given[clientNameOf(service)] || environment[endpointSettingOf(service)] || environment.AWS_ENDPOINT_URL || null
}
