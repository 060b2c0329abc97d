import { createServer, request } from 'node:http'

/** A public name of a shop: known before the shop is open, for addresses that go into its configuration. */
export interface PublicName {
  readonly url: string
  /** Where what comes in goes on to. */
  leadTo(url: string): void
  close(): void
}

/** Opens a name that leads nowhere yet. */
export async function publicName(): Promise<PublicName> {
  let target = ''
  const gate = createServer((incoming, outgoing) => {
    const onward = request(
      `${target}${incoming.url ?? ''}`,
      { method: incoming.method, headers: incoming.headers },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 500)
        answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>(resolve => gate.listen(0, '127.0.0.1', resolve))
  const address = gate.address()
  return {
    url: typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '',
    leadTo: url => {
      target = url
    },
    close: () => {
      gate.closeAllConnections()
      gate.close()
    },
  }
}
