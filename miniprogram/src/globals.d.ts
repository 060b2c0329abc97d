/** Address of the shop's server with /api, put in by the build. */
declare const __API_BASE__: string
