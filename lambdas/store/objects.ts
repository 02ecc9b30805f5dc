/** The object store as the run store needs it: texts by key. A read sees the last finished write, as S3 promises. */
export interface ObjectStore {
  put(key: string, text: string): Promise<void>
  /** Null when there is no such object. */
  get(key: string): Promise<string | null>
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>
}
