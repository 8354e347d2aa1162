// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/page.h"

#include "base/secret.h"

#include <QString>

namespace Http
{

namespace
{

constexpr char kStyle[] = R"css(
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--line:#e3e6ea;--text:#16191d;--soft:#5c6570;--accent:#0a9d7c}
@media(prefers-color-scheme:dark){:root{--back:#0f1214;--card:#171b1e;--line:#2a3035;--text:#eceff1;--soft:#98a2ab;--accent:#4ff8d2}}
*{box-sizing:border-box}html,body{height:100%;margin:0}
body{display:grid;place-items:center;padding:24px;background:var(--back);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main{width:100%;max-width:440px;padding:40px 36px;background:var(--card);border:1px solid var(--line);border-radius:16px;text-align:center;overflow-wrap:anywhere}
svg{width:48px;height:48px;margin-bottom:20px}h1{margin:0 0 8px;font-size:22px;line-height:1.25;font-weight:650}
p{margin:0 0 12px;color:var(--soft)}strong{color:var(--text);font-weight:600}
.where{margin:20px 0 0;padding-top:16px;border-top:1px solid var(--line);font-size:13px}
.dots{display:flex;gap:6px;justify-content:center;margin:24px 0 4px}
.dots i{width:8px;height:8px;border-radius:50%;background:var(--accent);animation:beat 1.2s infinite ease-in-out}
.dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}
@keyframes beat{0%,60%,100%{opacity:.25}30%{opacity:1}}@media(prefers-reduced-motion:reduce){.dots i{animation:none}}
a.button{display:inline-block;margin-top:12px;padding:10px 20px;border-radius:10px;background:var(--accent);color:#04110d;font-weight:600;text-decoration:none}
a[hidden]{display:none!important}
a.button:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
)css";

constexpr char kLogo[]
    = R"(<svg viewBox="0 0 48 48" aria-hidden="true"><rect width="48" height="48" rx="12" fill="#0b2b26"/>)"
      R"(<path d="M14 17c0-2.8 4.5-5 10-5s10 2.2 10 5v14c0 2.8-4.5 5-10 5s-10-2.2-10-5z" fill="none" )"
      R"(stroke="#4ff8d2" stroke-width="2.5"/><path d="M14 17c0 2.8 4.5 5 10 5s10-2.2 10-5M14 24c0 2.8 )"
      R"(4.5 5 10 5s10-2.2 10-5" fill="none" stroke="#4ff8d2" stroke-width="2.5"/></svg>)";

} // namespace

std::string htmlEscaped(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))
        .toHtmlEscaped()
        .toStdString();
}

Response pageResponse(const Page &page)
{
    const std::string nonce = Base::randomToken(12);
    const std::string title = htmlEscaped(page.title);
    std::string html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                       "<meta name=\"robots\" content=\"noindex\">";
    html += page.head;
    html += "<title>" + title + " · Turso Companion</title><style nonce=\"" + nonce + "\">" + kStyle
        + "</style></head><body><main";
    html += page.attributes;
    html += '>';
    html += kLogo;
    html += "<h1>" + title + "</h1>";
    html += page.body;
    html += "</main>";
    if (!page.script.empty())
        html += "<script nonce=\"" + nonce + "\">" + page.script + "</script>";
    html += "</body></html>";
    const std::string scripts
        = page.script.empty() ? "" : "; script-src 'nonce-" + nonce + "'; connect-src 'self'";
    return {.status = page.status,
            .contentType = "text/html; charset=utf-8",
            .body = std::move(html),
            .fields = {{"Cache-Control", "no-store"},
                       {"Content-Security-Policy",
                        "default-src 'none'; style-src 'nonce-" + nonce + "'" + scripts
                            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
                       {"X-Frame-Options", "DENY"},
                       {"X-Content-Type-Options", "nosniff"},
                       {"Referrer-Policy", "no-referrer"},
                       {"Cross-Origin-Opener-Policy", "same-origin"}}};
}

} // namespace Http
