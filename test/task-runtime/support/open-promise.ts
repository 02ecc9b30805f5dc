/** A promise that the test settles itself. */
export function openPromise<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  const resolvers: ((value: T) => void)[] = []
  const promise = new Promise<T>((resolve) => resolvers.push(resolve))
  return { promise, resolve: (value) => resolvers[0]?.(value) }
}
