/**
 * Wall-clock times of a zone and the instants they stand for. A wall-clock time is written as the number of milliseconds
 * that its digits would be in UTC, so that plain numbers order and step through local time.
 */

/** Offsets of today's zones lie within 14 hours, and the largest jump ever, Samoa's lost day, is 24 hours. */
const vicinityMs = 26 * 3_600_000

export interface Zone {
  /** The wall-clock time at an instant. */
  wallAt(instantMs: number): number
  /** Offset before and after the vicinity of a wall-clock time; equal on all days without a change. */
  offsetsAround(wallMs: number): { readonly beforeMs: number; readonly afterMs: number }
  /** Instants whose local time is `wallMs`: one, two in an overlap, none in a gap. Earliest first. */
  instantsAt(wallMs: number): readonly number[]
}

/** @param timezone IANA name. @throws RangeError for an unknown zone. */
export function zoneOf(timezone: string): Zone {
  const offsetAt = timezone === 'UTC' ? () => 0 : offsetReader(timezone)
  const offsetsAround = (wallMs: number) => ({
    beforeMs: offsetAt(wallMs - vicinityMs),
    afterMs: offsetAt(wallMs + vicinityMs),
  })
  return {
    wallAt: (instantMs) => instantMs + offsetAt(instantMs),
    offsetsAround,
    instantsAt(wallMs) {
      const { beforeMs, afterMs } = offsetsAround(wallMs)
      const candidates = beforeMs === afterMs ? [beforeMs] : [Math.max(beforeMs, afterMs), Math.min(beforeMs, afterMs)]
      return candidates.filter((offset) => offsetAt(wallMs - offset) === offset).map((offset) => wallMs - offset)
    },
  }
}

/** The offset of a zone at an instant, from what `Intl` prints there. */
function offsetReader(timezone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (instantMs) => {
    const [month, day, year, hour, minute, second] = format.format(instantMs).match(/\d+/g)!.map(Number)
    const wallMs = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
    return wallMs - Math.floor(instantMs / 1000) * 1000
  }
}
