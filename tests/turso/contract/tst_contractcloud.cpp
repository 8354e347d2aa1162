// SPDX-License-Identifier: GPL-3.0-or-later
// The contract on Turso Cloud, as it is played here.
#include "support/await.h"
#include "turso/cloud/cloud.h"
#include "turso/contract/serverdifferences.h"
#include "turso/playedcloud.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <memory>

namespace
{

class CloudSubject final : public ContractSubject
{
public:
    CloudSubject(const char *name, unsigned oddities)
        : m_name(QLatin1String(name))
        , m_oddities(oddities)
    {
    }

    QString name() const override { return m_name; }
    QString start() override
    {
        m_folder = std::make_unique<QTemporaryDir>();
        const std::string folder = m_folder->path().toStdString();
        m_played = std::make_unique<PlayedCloud>(folder + "/workspace");
        m_played->setOddities(m_oddities);
        m_token = std::make_shared<const Base::Secret>(m_played->token("organization"));
        Turso::CloudOptions options;
        options.apiUrl = m_played->apiUrl();
        options.organization = PlayedCloud::organization();
        options.token = [this] {
            return m_token;
        };
        options.folder = folder + "/connection";
        m_cloud = std::make_unique<Turso::Cloud>(std::move(options));
        // Whether a plan has an audit list is known once it was asked for.
        const auto asked = Support::awaited(m_cloud->auditList(1));
        return asked || asked.error().kind == Base::ErrorKind::Unsupported
            ? QString()
            : QString::fromStdString(asked.error().message);
    }
    void stop() override
    {
        m_cloud.reset();
        m_played.reset();
        m_folder.reset();
    }
    Turso::Platform &platform() override { return *m_cloud; }
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
        auto all = serverDifferences();
        all.push_back({"create_tursodb", "invalid_argument",
                       "The workspace behind the played cloud has no such engine; the cloud has."});
        all.push_back({"created_at", "unknown", "Turso's records do not tell it."});
        return all;
    }

private:
    const QString m_name;
    const unsigned m_oddities;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<PlayedCloud> m_played;
    std::shared_ptr<const Base::Secret> m_token;
    std::unique_ptr<Turso::Cloud> m_cloud;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    CloudSubject plain("turso-cloud", 0);
    const unsigned odd = PlayedCloud::LowerKeys | PlayedCloud::BothKeys | PlayedCloud::OnlyTotal
        | PlayedCloud::ObjectErrors | PlayedCloud::WrongTypes | PlayedCloud::PartialLists
        | PlayedCloud::LateDatabases | PlayedCloud::FinePermissions;
    CloudSubject strange("turso-cloud with oddities", odd);
    return runContract(plain, argc, argv) + runContract(strange, argc, argv);
}
