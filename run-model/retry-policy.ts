/**
 * A task's retry policy: which of an author's rules an error meets. The first rule that matches decides. Names are
 * compared as the thrown class is called, whatever a bundle, Python or Lambda made of it.
 */

/** As `RetryRule` of a DAG definition. */
export interface RetryPolicyRule {
  /** Name of the thrown class, or a pattern with `*` over name and message. */
  readonly error: string
  readonly action: 'retry' | 'fail' | 'skip'
  /** Seconds until the next try, for `retry`; null: as the task's other retries. */
  readonly delay: number | null
}

export interface ThrownError {
  /** Every name the error goes by. */
  readonly names: readonly string[]
  readonly message: string
}

/** Null: no rule speaks of this error; the task's retries apply. */
export function matchRetryRule(policy: readonly RetryPolicyRule[], thrown: ThrownError): RetryPolicyRule | null {
  return policy.find(({ error }) => matches(error, thrown)) ?? null
}

/** Of a class, as Step Functions can compare it. Anything else is a pattern, or matches nothing. */
export const isPlainName = (error: string): boolean => /^[A-Za-z_$][\w$.]*$/.test(error)

/**
 * The name by which a machine knows errors that this rule of the policy tries again after a delay of its own. Where a pattern
 * decides, or could have decided before, only the task runtime can tell which rule it was; it throws this name instead.
 */
export function retrierName(policy: readonly RetryPolicyRule[], rule: RetryPolicyRule): string {
  const upToRule = policy.slice(0, policy.indexOf(rule) + 1)
  return upToRule.every(({ error }) => isPlainName(error)) ? rule.error : `RetryRule.${upToRule.length}`
}

/** `requests.exceptions.ConnectionError` (Python) and `ConnectionError` are one name; the class is the last part. */
const classNameOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function matches(error: string, { names, message }: ThrownError): boolean {
  const known = [...new Set(names.flatMap((name) => [name, classNameOf(name)]))]
  if (!error.includes('*')) return known.includes(error)
  const pattern = new RegExp(`^${error.split('*').map(escaped).join('.*')}$`, 's')
  return [...known, message, ...known.map((name) => `${name}: ${message}`)].some((text) => pattern.test(text))
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
