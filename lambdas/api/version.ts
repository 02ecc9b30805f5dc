/** The version of stepdag; a test keeps it equal to `package.json`, which Lambda code does not carry. */
export const stepdagVersion = '0.1.0'
