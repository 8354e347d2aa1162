// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/signin/discovery.h"

#include "turso/signin/address.h"

#include <algorithm>
#include <utility>

namespace Turso
{

Discovery::Discovery(DiscoveryWish wish, Ask ask, Found found)
    : m_wish(std::move(wish))
    , m_ask(std::move(ask))
    , m_found(std::move(found))
{
}

void Discovery::run(DiscoveryWish wish, Ask ask, Found found)
{
    const std::shared_ptr<Discovery> self(
        new Discovery(std::move(wish), std::move(ask), std::move(found)));
    self->askChallenge();
}

void Discovery::askChallenge()
{
    if (!m_wish.challenge.empty()) {
        m_discovered.challenge = bearerChallenge(m_wish.challenge);
        return askResource();
    }
    // Whatever it answers: its metadata are looked for anyway.
    m_ask(m_wish.resource, [self = shared_from_this()](const auto &answer) {
        if (answer && answer->status == 401)
            self->m_discovered.challenge = bearerChallenge(answer->challenge);
        self->askResource();
    });
}

void Discovery::askNext(std::vector<QUrl> places, Base::Error last, Read read, None none)
{
    if (places.empty())
        return none(last);
    const QUrl place = places.front();
    places.erase(places.begin());
    m_ask(place,
          [self = shared_from_this(), places = std::move(places), last = std::move(last),
           read = std::move(read), none = std::move(none)](const auto &answer) mutable {
              // HTML is the page of somebody who does not know the address.
              if (answer && answer->status == 200 && answer->isJson)
                  return read(answer->body);
              if (!answer)
                  last = answer.error();
              self->askNext(std::move(places), std::move(last), std::move(read), std::move(none));
          });
}

void Discovery::askResource()
{
    const std::string name = m_wish.resource.toString(QUrl::FullyEncoded).toStdString();
    const Base::Error silence{Base::ErrorKind::UpstreamError,
                              "The server at " + name + " does not say how to sign in to it.",
                              "Check its address, or paste a token."};
    askNext(
        resourcePlaces(m_wish.resource, m_discovered.challenge.resourceMetadata), silence,
        [self = shared_from_this()](const std::string &document) {
            auto read = readResource(document, self->m_wish.resource);
            if (!read)
                return self->fail(std::move(read.error()));
            self->m_discovered.resource = std::move(*read);
            self->askServer();
        },
        [self = shared_from_this(), name](const Base::Error &why) {
            const auto known = self->m_wish.tursoIsKnown ? knownResource(name) : std::nullopt;
            if (!known)
                return self->fail(why);
            self->m_discovered.resource = *known;
            self->askServer();
        });
}

void Discovery::askServer()
{
    const std::string &issuer = m_discovered.resource.issuer;
    const Base::Error silence{Base::ErrorKind::UpstreamError,
                              "The sign-in server at " + issuer + " does not say how it works.",
                              "Try again later, or paste a token."};
    askNext(
        serverPlaces(*addressOf(issuer)), silence,
        [self = shared_from_this()](const std::string &document) {
            auto read
                = readServer(document, self->m_discovered.resource.issuer, self->m_wish.resource);
            if (!read)
                return self->fail(std::move(read.error()));
            self->m_discovered.server = std::move(*read);
            self->m_found(std::move(self->m_discovered));
        },
        [self = shared_from_this()](const Base::Error &why) {
            const auto known = self->m_wish.tursoIsKnown
                ? knownServer(self->m_discovered.resource.issuer)
                : std::nullopt;
            if (!known)
                return self->fail(why);
            self->m_discovered.server = *known;
            self->m_found(std::move(self->m_discovered));
        });
}

} // namespace Turso
