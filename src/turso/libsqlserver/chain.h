// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"

#include <memory>
#include <utility>

/// One request after another, as values.
namespace Turso::SelfHosted
{

/// What `next(Result<From>)`, a Pending<T>, comes to. Both run on `owner`'s thread; when it goes,
/// the rest is given up.
template <typename T, typename From, typename Next>
Base::Pending<T> whatever(const Base::Pending<From> &first, QObject *owner, Next next)
{
    auto promise = std::make_shared<QPromise<Base::Result<T>>>();
    promise->start();
    auto made = promise->future();
    Base::whenDone(first, owner,
                   [owner, promise, next = std::move(next)](Base::Result<From> value) mutable {
                       Base::whenDone(next(value), owner, [promise](Base::Result<T> result) {
                           promise->addResult(std::move(result));
                           promise->finish();
                       });
                   });
    return made;
}

/// The same with the value; an error is passed on.
template <typename T, typename From, typename Next>
Base::Pending<T> after(const Base::Pending<From> &first, QObject *owner, Next next)
{
    return whatever<T>(first, owner, [next = std::move(next)](Base::Result<From> &value) mutable {
        return value ? next(*value) : Base::readyNow<T>(tl::unexpected(value.error()));
    });
}

} // namespace Turso::SelfHosted
