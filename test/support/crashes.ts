/** Makes a port die at a chosen call, before or after the call took effect, as a Lambda that is killed there. */

export class Crash extends Error {
  override readonly name = 'Crash'
}

export interface CrashPoint {
  /** Calls are counted from 1. */
  readonly call: number
  readonly when: 'before' | 'after'
}

export interface CrashCounter {
  calls: number
}

/** Only methods in `counted` count; all ports of one scenario share `counter`. After the crash every call dies. */
export function crashing<T extends object>(
  port: T,
  counted: readonly (keyof T)[],
  options: { readonly counter: CrashCounter; readonly at: CrashPoint },
): T {
  const { counter, at } = options
  return new Proxy(port, {
    get(target, property) {
      const method = Reflect.get(target, property)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        if (!(counted as readonly PropertyKey[]).includes(property)) return method.apply(target, args)
        counter.calls += 1
        if (counter.calls > at.call || (counter.calls === at.call && at.when === 'before')) throw new Crash()
        const answer = await method.apply(target, args)
        if (counter.calls === at.call) throw new Crash()
        return answer
      }
    },
  })
}
