// SPDX-License-Identifier: GPL-3.0-or-later
// The contract on the embedded workspace.
#include "turso/contract/subject.h"
#include "turso/workspace/workspace.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <memory>

namespace
{

class WorkspaceSubject final : public ContractSubject
{
public:
    QString name() const override { return QStringLiteral("workspace"); }
    QString start() override
    {
        Turso::WorkspaceOptions options;
        options.folder = m_folder.path().toStdString();
        options.seedDemo = false;
        auto opened = Turso::Workspace::open(options);
        if (!opened)
            return QString::fromStdString(opened.error().message);
        m_workspace = std::move(*opened);
        return {};
    }
    void stop() override { m_workspace.reset(); }
    Turso::Platform &platform() override { return *m_workspace; }
    Turso::Capabilities capabilities() const override
    {
        return {.groups = true,
                .createDatabases = true,
                .branches = true,
                .pointInTime = true,
                .configuration = true,
                .analytics = true,
                .rolledBackDryRun = true};
    }
    std::vector<Difference> differences() const override
    {
        return {{"pages_of_two", "one", "The list is in memory: it comes as one page."},
                {"nobodys_cursor", "ok", "The list is in memory: it comes as one page."}};
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<Turso::Workspace> m_workspace;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    WorkspaceSubject subject;
    return runContract(subject, argc, argv);
}
