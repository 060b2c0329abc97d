import process from 'node:process'

// `npm run sandbox`: the WeChat platform and the phone alone, for a server that runs elsewhere (SERVER_URL, SANDBOX_PORT).
process.env['SANDBOX_PORT'] ??= '7400'
await import('../sandbox/main.ts')
