/**
 * API Gateway HTTP APIs decode the path before they hand it to Lambda. A decoded `?`, `#` or `%` in an XCom key would
 * then be read as the end of the path; everything else survives being read as a URL.
 */

/** Escapes what cannot stand in a path; one that is still encoded stays as it is. */
export function escapePath<E extends object>(event: E): E {
  if (!('rawPath' in event) || typeof event.rawPath !== 'string') return event
  return { ...event, rawPath: event.rawPath.replace(/[?#]|%(?![0-9a-fA-F]{2})/g, encodeURIComponent) }
}
