/** Alarms of the real clock, on Vitest's fake timers. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { realClock } from '../../local/clock.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

const day = 86_400_000

it('an alarm further away than a Node timer reaches rings once, when it is due', () => {
  const rung: number[] = []
  realClock.alarm(1_000_000 + 40 * day, () => rung.push(realClock.now()))
  vi.advanceTimersByTime(40 * day - 1)
  expect(rung).toEqual([])
  vi.advanceTimersByTime(2 * day)
  expect(rung).toEqual([1_000_000 + 40 * day])
})

it('a cancelled alarm does not ring, however often its timer was renewed', () => {
  const fire = vi.fn()
  const cancel = realClock.alarm(1_000_000 + 60 * day, fire)
  vi.advanceTimersByTime(50 * day)
  cancel()
  vi.advanceTimersByTime(50 * day)
  expect(fire).not.toHaveBeenCalled()
})

it('an alarm in the past rings at once, but never inside the call that sets it', () => {
  const fire = vi.fn()
  realClock.alarm(0, fire)
  expect(fire).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(fire).toHaveBeenCalledOnce()
})
