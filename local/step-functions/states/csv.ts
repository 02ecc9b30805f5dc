/** CSV text as rows of values. Source: RFC 4180; empty lines are no rows. */
export function parseCsv(text: string, delimiter: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  const reading = { row: [] as string[], value: '', isQuoted: false, wasQuoted: false }
  const endValue = () => {
    reading.row.push(reading.value)
    reading.value = ''
  }
  const endRow = () => {
    const isEmpty = reading.row.length === 0 && reading.value === '' && !reading.wasQuoted
    endValue()
    if (!isEmpty) rows.push(reading.row)
    reading.row = []
    reading.wasQuoted = false
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (reading.isQuoted) {
      if (sign !== '"') reading.value += sign
      else if (text[at + 1] === '"') reading.value += text[++at]
      else reading.isQuoted = false
    } else if (sign === '"' && reading.value === '') {
      reading.isQuoted = true
      reading.wasQuoted = true
    } else if (sign === delimiter) endValue()
    else if (sign === '\n') endRow()
    else if (sign !== '\r') reading.value += sign
  }
  endRow()
  return rows
}
