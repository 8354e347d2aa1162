// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "control/client.h"
#include "gateway/values.h"
#include "window/playedconnections.h"

#include <QByteArray>
#include <QLocalSocket>
#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace Played
{

/// The app's end of the control API, played over a real pair of sockets: answers from the values
/// set here and remembers what it was asked.
class PlayedApp final : public QObject
{
    Q_OBJECT

public:
    using Answer = std::function<Base::Result<Base::Json>(const Base::Json &params)>;

    PlayedApp();
    ~PlayedApp() override;

    /// The window's end. Once.
    std::unique_ptr<Control::Client> client();
    int takeDescriptor();

    void notify(const std::string &method, const Base::Json &params);
    void tell(const std::vector<Gateway::Approval> &changed);
    void tell(const std::vector<Gateway::CallRecord> &changed);
    void tellStatus();
    void hangUp();

    /// What was asked of `method`, oldest first.
    std::vector<Base::Json> asked(const std::string &method) const;
    void answer(const std::string &method, Answer answer) { m_answers[method] = std::move(answer); }

    Gateway::Status status;
    std::vector<Gateway::CallRecord> calls; ///< newest first
    std::vector<Gateway::CallDetail> details;
    std::vector<Gateway::Approval> approvals;
    std::vector<Gateway::AgentInfo> agents;
    std::vector<Gateway::Grant> grants;
    std::vector<Gateway::ConnectionScope> scopes;
    Connections connections{[this](const std::string &method, const Base::Json &params) {
        notify(method, params);
    }};

private:
    void read();
    Base::Result<Base::Json> reply(const std::string &method, const Base::Json &params);
    Base::Result<Base::Json> decide(const Base::Json &params, Gateway::ApprovalState state);

    QLocalSocket m_socket;
    int m_otherEnd = -1;
    QByteArray m_input;
    std::map<std::string, Answer> m_answers;
    std::vector<std::pair<std::string, Base::Json>> m_asked;
};

} // namespace Played
