/** The parts of the engine bench by name, without what they load. */
export const engineParts = ['transitions', 'chain', 'memory', 'waits', 'peer'] as const
export type EnginePart = (typeof engineParts)[number]
