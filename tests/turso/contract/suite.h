// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/await.h"
#include "support/testcase.h"
#include "turso/contract/subject.h"
#include "turso/sql/statement.h"

#include <QTest>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace QTest
{
/// So that a comparison that fails shows both texts.
template <>
inline char *toString(const std::string &text)
{
    return qstrdup(text.c_str());
}
} // namespace QTest

/// What every connection must do, asked through Turso::Platform alone.
class ContractSuite : public Support::TestCase
{
    Q_OBJECT

public:
    explicit ContractSuite(ContractSubject &subject)
        : m_subject(subject)
    {
    }

private:
    using Privilege = Turso::Privilege;

    template <typename T>
    static Base::Result<T> wait(Base::Pending<T> pending)
    {
        return Support::awaited(pending);
    }
    template <typename T>
    static std::string kindOf(const Base::Result<T> &result)
    {
        return result ? "ok" : std::string(Base::wireCode(result.error().kind));
    }
    template <typename T>
    static QByteArray why(const Base::Result<T> &result)
    {
        return result ? QByteArray("ok") : QByteArray::fromStdString(result.error().message);
    }
    template <typename T>
    static std::string detail(const Base::Result<T> &result, const char *member);
    static std::string rowsOf(const Base::Result<Turso::Outcome> &result);

    Turso::Platform &platform() { return m_subject.platform(); }
    /// What is right here: `usual`, or what the subject says instead.
    std::string expected(const std::string &check, const std::string &usual);

    /// A new database with that schema, under a name of its own; "" if it cannot be made.
    std::string fresh(const std::string &schema = {},
                      std::optional<std::int64_t> sizeLimit = std::nullopt);
    std::string freshName();
    static Turso::Script scriptOf(const std::string &sql,
                                  Turso::Arguments arguments = std::vector<Turso::Value>{});
    Base::Result<Turso::Outcome> run(const std::string &database, Privilege privilege,
                                     Turso::Script script, const Base::CancelToken &cancel = {});
    Base::Result<Turso::Outcome> read(const std::string &database, const std::string &sql);
    Base::Result<Turso::Outcome> write(const std::string &database, const std::string &sql,
                                       Privilege privilege = Privilege::Write);
    Base::Result<Turso::Configured> configure(const std::string &database,
                                              const Turso::ConfigurationChange &change);

    ContractSubject &m_subject;
    std::map<std::string, Difference> m_differences;
    std::set<std::string> m_asked;
    int m_number = 0;
    std::string m_run;
    std::string m_forValues; ///< the database of the tests of values

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    // What there is: suitecontrol.cpp.
    void itTellsWhatItCanDo();
    void thereIsAnOrganizationWithAGroup();
    void databasesAreListedByNameAndGroup();
    void pagesMakeUpTheList();
    void aDatabaseTellsWhatItIs();
    void namesOutsideTheRuleAreNobodys();
    void creatingChecksWhatItIsTold();
    void deletingIsForGoodAndFreesTheName();
    void aProtectedDatabaseStays();
    void aConfigurationChangesAsAskedAndNoFurther();
    void aWrongConfigurationChangesNothing();
    void blockedReadsAndWritesAreRefused();
    void allowRulesShutThisMachineOut();
    void aSizeLimitHolds();
    void aBranchHasWhatItsSourceHad();
    void branchesAreToldBySource();
    void branchingChecksWhatItIsTold();
    void aBranchOfThenNeedsPointInTime();
    void groupsAreMadeAndUnmade();
    void figuresTellWhatRan();

    // SQL: suitesql.cpp.
    void valuesKeepTheirMeaning_data();
    void valuesKeepTheirMeaning();
    void argumentsAreBoundOrRefusedByName();
    void rowsAndBytesAreCut();
    void columnsHaveNamesAndTypes();
    void aSessionRunsItsOwnClassesOnly();
    void aLieAboutTheClassIsCaught_data();
    void aLieAboutTheClassIsCaught();
    void aScriptIsAllOrNothing();
    void whatWasWrittenIsTold();
    void aDryRunChangesNothingAndTellsAll();
    void moreChangesThanApprovedAreRolledBack();
    void theEnginesErrorsAreTold();
    void aDatabaseThatIsNotThereIsNotFound();
    void cancelledCallsLeaveNothing();
    void lateCallsLeaveNothing();
    void concurrentWritersLoseNothing();
    void readersAndWritersDoNotDisturbEachOther();
};

template <typename T>
std::string ContractSuite::detail(const Base::Result<T> &result, const char *member)
{
    if (result)
        return "ok";
    // Flat objects of texts and numbers: looking for the member is enough.
    const std::string key = std::string("\"") + member + "\":";
    const std::size_t at = result.error().details.find(key);
    if (at == std::string::npos)
        return {};
    std::string rest = result.error().details.substr(at + key.size());
    return rest.substr(0, rest.find_first_of(",}"));
}
