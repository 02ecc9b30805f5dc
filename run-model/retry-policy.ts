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

/** `requests.exceptions.ConnectionError` (Python) and `ConnectionError` are one name; the class is the last part. */
const classNameOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function matches(error: string, { names, message }: ThrownError): boolean {
  const known = [...new Set(names.flatMap((name) => [name, classNameOf(name)]))]
  if (!error.includes('*')) return known.includes(error)
  const pattern = new RegExp(`^${error.split('*').map(escaped).join('.*')}$`, 's')
  return [...known, message, ...known.map((name) => `${name}: ${message}`)].some((text) => pattern.test(text))
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
