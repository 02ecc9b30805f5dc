/** AWS's size limits and the failures they cause. Source: "Service quotas", and recorded executions for the wording. */

/** Input, output and result of a state or an execution, UTF-8 bytes of JSON. */
export const maxPayloadBytes = 262_144

export function isOversized(text: string): boolean {
  // A UTF-16 unit takes at most 3 bytes of UTF-8, so short texts need no count.
  return text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes
}

export function oversizedCause(what: string): string {
  return `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`
}
