const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, sign => signs[sign] ?? sign)

const page = (title: string, body: string): string => `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:#ededed;color:#191919;font:17px/24px -apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif}
.dim{flex:1}
.sheet{background:#fff;border-radius:12px 12px 0 0;padding:28px 24px 44px}
.who{display:flex;align-items:center;gap:8px;color:#4c4c4c;font-size:15px;margin:0 0 20px}
.who i{width:24px;height:24px;border-radius:4px;background:#0e7a63;color:#fff;font-style:normal;font-size:13px;display:grid;place-items:center}
h1{font-size:20px;line-height:28px;font-weight:600;margin:0 0 16px}
ul{list-style:none;margin:0 0 40px;padding:16px 0;border-top:1px solid #e5e5e5;border-bottom:1px solid #e5e5e5}
.do{display:flex;gap:16px;justify-content:center}
.do a{width:136px;height:44px;line-height:44px;text-align:center;border-radius:8px;font-weight:600;text-decoration:none;background:#f2f2f2;color:#06ae56}
.do a.yes{background:#07c160;color:#fff}
.oops{margin:auto;padding:40px;text-align:center}
.oops b{display:block;font-size:20px;line-height:28px;margin-bottom:8px}
.oops p{color:#737373;margin:0;font-size:15px}
.list{background:#fff;margin:0;padding:0;border:0}
.list a{display:flex;justify-content:space-between;padding:16px;color:inherit;text-decoration:none;border-bottom:1px solid #ededed}
.list small{color:#737373;font-size:15px}
h2{font-size:15px;font-weight:400;color:#737373;margin:24px 16px 8px}
</style>
${body}
</html>`

/** A question of WeChat's at the lower edge of the screen, with yes and no. */
export const dialog = (given: {
  account: string
  title: string
  lines: readonly string[]
  yes: { text: string; href: string }
  no: { text: string; href: string }
}): string =>
  page(
    given.title,
    `<div class="dim"></div><main class="sheet">
<p class="who"><i>${escaped(given.account.slice(0, 1))}</i>${escaped(given.account)}</p>
<h1>${escaped(given.title)}</h1>
<ul>${given.lines.map(line => `<li>${escaped(line)}</li>`).join('')}</ul>
<p class="do"><a class="no" href="${escaped(given.no.href)}">${escaped(given.no.text)}</a><a class="yes" href="${escaped(given.yes.href)}">${escaped(given.yes.text)}</a></p>
</main>`,
  )

/** What WeChat shows for a wrong address. */
export const problem = (text: string, code: string): string =>
  page(text, `<main class="oops"><b>${escaped(text)}</b><p>错误码：${escaped(code)}</p></main>`)

/** Asks who holds this phone, when a page is opened outside the sandbox's phone. */
export const picker = (people: readonly { name: string; phone: string; href: string }[]): string =>
  page(
    '谁在使用这台手机',
    `<h2>谁在使用这台手机 / Whose phone is this?</h2><ul class="list">${people
      .map(
        one => `<li><a href="${escaped(one.href)}">${escaped(one.name)}<small>${escaped(one.phone)}</small></a></li>`,
      )
      .join('')}</ul>`,
  )
