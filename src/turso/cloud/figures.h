// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "turso/analytics.h"
#include "turso/cloud/answers.h"
#include "turso/cloud/databases.h"
#include "turso/cloud/recorder.h"

#include <string>

namespace Turso::CloudApi
{

/// What Turso tells of a database's statements, beside what this app has recorded of its own: each
/// with its source, never added up. The gateway thread; what it is given must outlive it.
class FigureSource : public QObject
{
    Q_OBJECT
public:
    /// `recorder` may be null.
    FigureSource(Api &api, Databases &databases, Recorder *recorder);

    Base::Pending<Analytics> of(std::string database, Base::Millis from, Base::Millis to);

private:
    Base::Pending<Analytics> queries(const std::string &database, Base::Millis from,
                                     Base::Millis to);
    Base::Pending<Analytics> heaviest(const std::string &database, Base::Millis from,
                                      Base::Millis to);
    Base::Pending<Analytics> totals(const std::string &database, Base::Millis from,
                                    Base::Millis to);

    Api &m_api;
    Databases &m_databases;
    Recorder *m_recorder;
};

/// The records of usage/queries or stats by shape. Figures under any of the names that they are
/// known to have; percentiles only where one record has the shape alone.
std::vector<QueryFigures> queriesFrom(const Base::Json &list);
/// The figures that none of them has.
std::vector<std::string> missingIn(const std::vector<QueryFigures> &queries);

} // namespace Turso::CloudApi
