// SPDX-License-Identifier: GPL-3.0-or-later
#include "connect/handshake.h"

namespace Connect
{

Base::Pending<Handshake> shakeHands(const Command &, int)
{
    return Base::readyNow<Handshake>(Base::fail(Base::ErrorKind::Unsupported, "Not yet."));
}

Base::Pending<Handshake> shakeHands(const std::string &, int)
{
    return Base::readyNow<Handshake>(Base::fail(Base::ErrorKind::Unsupported, "Not yet."));
}

} // namespace Connect
