/** A handler that the test lets go. */
export function held() {
  const letGo: (() => void)[] = []
  const started: (() => void)[] = []
  let runs = 0
  return {
    runs: () => runs,
    handler: () => {
      runs += 1
      started.shift()?.()
      return new Promise<number>((resolve) => letGo.push(() => resolve(runs)))
    },
    nextStart: () => new Promise<void>((resolve) => started.push(resolve)),
    letGo: () => letGo.shift()?.(),
  }
}
