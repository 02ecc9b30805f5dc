/** `Next` of a state, or undefined at the end of its region. */
export function nextOf(json: Readonly<Record<string, unknown>>): string | undefined {
  return typeof json.Next === 'string' ? json.Next : undefined
}
