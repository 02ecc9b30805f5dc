/** Instants and durations for people. Records are in UTC, and so is what is shown. */

/** `2026-03-29T01:30:00+00:00` → `2026-03-29 01:30:00Z`; null → `-`. */
export function showInstant(instant: string | null): string {
  if (instant === null) return '-'
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')}Z`
}

/** Time between two instants; `-` where one is missing. */
export function showDuration(start: string | null, end: string | null): string {
  if (start === null || end === null) return '-'
  return showSeconds((Date.parse(end) - Date.parse(start)) / 1000)
}

/** Two units at most: `0.4 s`, `12 s`, `3 min 20 s`, `5 h 3 min`, `2 d 4 h`. */
export function showSeconds(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
