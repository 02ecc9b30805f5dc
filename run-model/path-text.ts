/** How a path into a value is written where it names something: as a JSON Pointer (RFC 6901). The empty text is the whole value. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
