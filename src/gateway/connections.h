// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "gateway/connectioninfo.h"
#include "turso/platform.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace Gateway
{

/// The workspace's id: it is always there.
inline constexpr char kWorkspace[] = "workspace";

/// The connections, as the gateway uses them. One thread, the gateway's.
class Connections : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// The workspace first.
    virtual std::vector<ConnectionInfo> list() const = 0;
    /// Null: there is none of that id (any more), or none that can be used until the person does
    /// something. Whoever works on it keeps it alive.
    virtual std::shared_ptr<Turso::Platform> find(const std::string &id) const = 0;
    /// Whether there is one of that id, usable or not.
    virtual bool has(const std::string &id) const = 0;
    /// "Acme", for people; the id where there is none of it.
    std::string nameOf(const std::string &id) const;
    /// A call on it could not be carried out by the other side: its health may be another.
    virtual void failed(const std::string &id, const Base::Error &error) = 0;

Q_SIGNALS:
    void changed(const Gateway::ConnectionInfo &connection);
    void removed(const QString &id);
};

/// Where there is nothing but one workspace, which must outlive it.
class OneConnection final : public Connections
{
    Q_OBJECT
public:
    explicit OneConnection(Turso::Platform &workspace, QObject *parent = nullptr)
        : Connections(parent)
        , m_workspace(std::shared_ptr<Turso::Platform>(), &workspace)
    {
    }
    std::vector<ConnectionInfo> list() const override;
    bool has(const std::string &id) const override { return id == kWorkspace; }
    std::shared_ptr<Turso::Platform> find(const std::string &id) const override;
    void failed(const std::string &id, const Base::Error &error) override;

private:
    std::shared_ptr<Turso::Platform> m_workspace; // owns nothing
};

} // namespace Gateway
