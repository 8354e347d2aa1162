// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/async.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <QTimer>

/// Requests one after another, and beside each other.
namespace Turso::CloudApi
{

template <typename R>
R contentOf(QFuture<R>);

/// What `fn(Result<T>)` starts once `first` is there. Nothing is started after `owner` has gone:
/// the answer is then Cancelled.
template <typename T, typename Fn>
auto afterwards(const Base::Pending<T> &first, QObject *owner, Fn fn)
{
    using Next = std::invoke_result_t<Fn &, Base::Result<T>>;
    using Answer = decltype(contentOf(std::declval<Next>()));
    auto promise = std::make_shared<QPromise<Answer>>();
    promise->start();
    QFuture<Answer> made = promise->future();
    Base::whenDone(first, owner,
                   [promise, owner, fn = std::move(fn)](Base::Result<T> value) mutable {
                       Base::whenDone(fn(std::move(value)), owner, [promise](Answer answer) {
                           promise->addResult(std::move(answer));
                           promise->finish();
                       });
                   });
    return made;
}

/// The same with the value alone; an error is the answer.
template <typename T, typename Fn>
auto andThen(const Base::Pending<T> &first, QObject *owner, Fn fn)
{
    using Next = std::invoke_result_t<Fn &, T>;
    using Answer = decltype(contentOf(std::declval<Next>()));
    return afterwards(first, owner, [fn = std::move(fn)](Base::Result<T> value) mutable -> Next {
        if (value)
            return fn(std::move(*value));
        QPromise<Answer> promise;
        promise.start();
        promise.addResult(Answer(tl::unexpected(std::move(value).error())));
        promise.finish();
        return promise.future();
    });
}

/// What both answered, whatever it was. They have been started by the caller.
template <typename A, typename B>
Base::Pending<std::pair<Base::Result<A>, Base::Result<B>>>
both(const Base::Pending<A> &first, const Base::Pending<B> &second, QObject *owner)
{
    using Pair = std::pair<Base::Result<A>, Base::Result<B>>;
    return afterwards(first, owner, [second, owner](Base::Result<A> a) {
        return afterwards(second, owner, [a = std::move(a)](Base::Result<B> b) mutable {
            return Base::readyNow<Pair>(Pair(std::move(a), std::move(b)));
        });
    });
}

/// True, after a while.
inline Base::Pending<bool> pause(std::chrono::milliseconds time, QObject *owner)
{
    auto promise = std::make_shared<QPromise<Base::Result<bool>>>();
    promise->start();
    QTimer::singleShot(time, owner, [promise] {
        promise->addResult(true);
        promise->finish();
    });
    return promise->future();
}

/// What `ask` answers to each of `questions`, a few of them at a time, in their order.
template <typename Question, typename Ask>
class EachOf : public std::enable_shared_from_this<EachOf<Question, Ask>>
{
    using Answer = decltype(contentOf(
        std::declval<std::invoke_result_t<Ask &, const Question &>>())); // a Result

public:
    using Answers = std::vector<Answer>;

    EachOf(std::vector<Question> questions, QObject *owner, Ask ask)
        : m_questions(std::move(questions))
        , m_owner(owner)
        , m_ask(std::move(ask))
        , m_waiting(m_questions.size())
    {
        m_answers.resize(m_questions.size(), Base::fail(Base::ErrorKind::Cancelled, "not asked"));
    }
    Base::Pending<Answers> start(std::size_t atATime)
    {
        m_promise.start();
        auto future = m_promise.future();
        if (m_questions.empty())
            finish();
        for (std::size_t i = 0; i < std::min(atATime, m_questions.size()); ++i)
            next();
        return future;
    }

private:
    void next()
    {
        if (m_next == m_questions.size())
            return;
        const std::size_t at = m_next++;
        Base::whenDone(m_ask(m_questions[at]), m_owner,
                       [self = this->shared_from_this(), at](Answer answer) {
                           self->m_answers[at] = std::move(answer);
                           if (--self->m_waiting == 0)
                               self->finish();
                           else
                               self->next();
                       });
    }
    void finish()
    {
        m_promise.addResult(Base::Result<Answers>(std::move(m_answers)));
        m_promise.finish();
    }

    const std::vector<Question> m_questions;
    QObject *m_owner;
    Ask m_ask;
    Answers m_answers;
    std::size_t m_next = 0;
    std::size_t m_waiting;
    QPromise<Base::Result<Answers>> m_promise;
};

template <typename Question, typename Ask>
auto eachOf(std::vector<Question> questions, std::size_t atATime, QObject *owner, Ask ask)
{
    return std::make_shared<EachOf<Question, Ask>>(std::move(questions), owner, std::move(ask))
        ->start(atATime);
}

} // namespace Turso::CloudApi
