// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "control/service.h"

namespace Control
{

/// The methods `connections.*` beyond the list. Parameters are checked as strictly as elsewhere; a
/// token in them is made a secret at once and is in no answer and no error.
class ConnectionService
{
public:
    explicit ConnectionService(Gateway::Desk &desk)
        : m_desk(desk)
    {
    }
    /// Answers once; not at all if `client` has gone by then.
    void perform(std::string_view method, const Base::Json &params, QObject *client,
                 Service::Reply reply) const;

private:
    Gateway::Desk &m_desk;
};

} // namespace Control
