// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/pages.h"

#include "base/secret.h"

#include <QString>

namespace Mcp::Auth
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

// The page asks until there is an answer, says what it is and goes on to the agent. It says only
// what the server has written as text.
constexpr char kScript[] = R"js(
(async()=>{const main=document.querySelector('main'),q=s=>main.querySelector(s);
const say=v=>{document.title=v.title+' · Turso Companion';q('h1').textContent=v.title;q('.text').textContent=v.text;
q('.dots').remove();q('.where').remove();if(v.location){const a=q('a');a.href=v.location;a.hidden=!v.stays;location.replace(v.location)}};
for(let lost=0;lost<20;){try{const r=await fetch(main.dataset.wait+'&as=json',{cache:'no-store'}),v=await r.json();lost=0;
if(v.state!=='waiting')return say(v)}catch(e){++lost;await new Promise(d=>setTimeout(d,500))}}
say({title:main.dataset.lost,text:main.dataset.lostText})})();
)js";

std::string escaped(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))
        .toHtmlEscaped()
        .toStdString();
}

Reply page(int status, std::string_view head, std::string_view title, std::string_view body,
           std::string_view attributes = {}, std::string_view script = {})
{
    const std::string nonce = Base::randomToken(12);
    std::string html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                       "<meta name=\"robots\" content=\"noindex\">";
    html += head;
    html += "<title>" + escaped(title) + " · Turso Companion</title><style nonce=\"" + nonce + "\">"
        + kStyle + "</style></head><body><main";
    html += attributes;
    html += '>';
    html += kLogo;
    html += "<h1>" + escaped(title) + "</h1>";
    html += body;
    html += "</main>";
    if (!script.empty())
        html += "<script nonce=\"" + nonce + "\">" + std::string(script) + "</script>";
    html += "</body></html>";
    return {.status = status,
            .contentType = "text/html; charset=utf-8",
            .body = std::move(html),
            .fields
            = {{"Cache-Control", "no-store"},
               {"Content-Security-Policy",
                "default-src 'none'; style-src 'nonce-" + nonce
                    + (script.empty() ? std::string("'")
                                      : "'; script-src 'nonce-" + nonce + "'; connect-src 'self'")
                    + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
               {"X-Frame-Options", "DENY"},
               {"X-Content-Type-Options", "nosniff"},
               {"Referrer-Policy", "no-referrer"},
               {"Cross-Origin-Opener-Policy", "same-origin"}}};
}

} // namespace

Reply waitingPage(const std::string &clientName, const std::string &redirectOwner,
                  const std::string &waitPath)
{
    const std::string head = "<noscript><meta http-equiv=\"refresh\" content=\"0;url="
        + escaped(waitPath) + "\"></noscript>";
    const std::string attributes = " data-wait=\"" + escaped(waitPath)
        + "\" data-lost=\"Turso Companion has ended\" data-lost-text=\"Start it, then sign in "
          "again from the agent.\"";
    return page(200, head, "Continue in Turso Companion",
                "<p class=\"text\" role=\"status\"><strong>" + escaped(clientName)
                    + "</strong> would like to work on your databases. Its window in Turso "
                      "Companion asks you what it may touch.</p>"
                      "<div class=\"dots\" aria-hidden=\"true\"><i></i><i></i><i></i></div>"
                      "<a class=\"button\" hidden>Open "
                    + escaped(clientName)
                    + "</a><p class=\"where\">This page goes on by itself. The answer goes to "
                    + escaped(redirectOwner) + ".</p>",
                attributes, kScript);
}

Reply messagePage(int status, std::string_view title, std::string_view text)
{
    return page(status, {}, title, "<p>" + escaped(text) + "</p>");
}

Reply handOverPage(const std::string &clientName, const std::string &uri)
{
    return page(200, "<meta http-equiv=\"refresh\" content=\"0;url=" + escaped(uri) + "\">",
                "You can go back to your agent",
                "<p><strong>" + escaped(clientName)
                    + "</strong> has what you agreed to. You can close this page.</p>"
                      "<a class=\"button\" href=\""
                    + escaped(uri) + "\">Open " + escaped(clientName) + "</a>");
}

} // namespace Mcp::Auth
