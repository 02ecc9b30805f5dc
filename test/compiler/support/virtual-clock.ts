/** Time that jumps from event to event. Events of one instant run in the order in which they were scheduled. */
export interface VirtualClock {
  nowSeconds(): number
  after(delaySeconds: number, run: () => Promise<void>): void
  /** Runs events until none is left or `isOver` says so. */
  run(isOver: () => boolean): Promise<void>
}

interface Event {
  readonly at: number
  readonly serial: number
  readonly run: () => Promise<void>
}

export function virtualClock(): VirtualClock {
  const heap: Event[] = []
  let [now, serial] = [0, 0]
  return {
    nowSeconds: () => now,
    after(delaySeconds, run) {
      push(heap, { at: now + delaySeconds, serial: serial++, run })
    },
    async run(isOver) {
      for (let next = pop(heap); next && !isOver(); next = pop(heap)) {
        now = next.at
        await next.run()
      }
    },
  }
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.serial < b.serial)

function push(heap: Event[], event: Event): void {
  heap.push(event)
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >> 1
    if (!isBefore(heap[at]!, heap[parent]!)) return
    swap(heap, at, parent)
    at = parent
  }
}

function pop(heap: Event[]): Event | undefined {
  const top = heap[0]
  const last = heap.pop()
  if (!top || !last || heap.length === 0) return top
  heap[0] = last
  for (let at = 0; ; ) {
    const children = [2 * at + 1, 2 * at + 2].filter((child) => child < heap.length)
    const least = children.sort((a, b) => (isBefore(heap[a]!, heap[b]!) ? -1 : 1))[0]
    if (least === undefined || !isBefore(heap[least]!, heap[at]!)) return top
    swap(heap, at, least)
    at = least
  }
}

function swap(heap: Event[], a: number, b: number): void {
  const kept = heap[a]!
  heap[a] = heap[b]!
  heap[b] = kept
}
