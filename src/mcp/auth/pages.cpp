// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/auth/pages.h"

#include "http/page.h"

namespace Mcp::Auth
{

namespace
{

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
    return Http::htmlEscaped(text);
}

Reply page(int status, std::string head, std::string_view title, std::string body,
           std::string attributes = {}, std::string script = {})
{
    auto made = Http::pageResponse({.status = status,
                                    .title = std::string(title),
                                    .body = std::move(body),
                                    .head = std::move(head),
                                    .attributes = std::move(attributes),
                                    .script = std::move(script)});
    return {.status = made.status,
            .contentType = std::move(made.contentType),
            .body = std::move(made.body),
            .fields = std::move(made.fields)};
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
