// SPDX-License-Identifier: GPL-3.0-or-later
#include "mcp/transport/localacceptor.h"

#include <QSocketNotifier>
#include <QTimer>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace Mcp
{

namespace
{

constexpr int kBacklog = 256;
constexpr auto kPause = std::chrono::seconds(1);

} // namespace

class LocalAcceptor::Private
{
public:
    explicit Private(LocalAcceptor *owner)
        : q(owner)
    {
    }

    void accept();
    bool isOurs() const;

    LocalAcceptor *q;
    int descriptor = -1;
    std::string path;
    dev_t device = 0;
    ino_t inode = 0;
    std::unique_ptr<QSocketNotifier> notifier;
};

void LocalAcceptor::Private::accept()
{
    while (descriptor >= 0) {
        const int client = accept4(descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) {
            Q_EMIT q->accepted(client);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            // Out of descriptors or memory: who waits stays in the queue until there are some
            // again.
            notifier->setEnabled(false);
            QTimer::singleShot(kPause, notifier.get(), [this] {
                notifier->setEnabled(true);
                accept();
            });
        }
        return;
    }
}

bool LocalAcceptor::Private::isOurs() const
{
    struct stat now {
    };
    return lstat(path.c_str(), &now) == 0 && now.st_dev == device && now.st_ino == inode;
}

LocalAcceptor::LocalAcceptor()
    : d(std::make_unique<Private>(this))
{
}

LocalAcceptor::~LocalAcceptor()
{
    close();
}

Base::Result<void> LocalAcceptor::listen(const std::string &path)
{
    const auto failed = [&path] {
        return Base::fail(Base::ErrorKind::Internal,
                          path + " cannot be served: " + std::strerror(errno) + '.');
    };
    close();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Base::fail(Base::ErrorKind::InvalidArgument, path + " is too long for a socket.");
    path.copy(address.sun_path, path.size());
    d->descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (d->descriptor < 0)
        return failed();
    const void *raw = &address;
    // The mode of the descriptor becomes that of the file: there is no moment in which it is wider.
    if (fchmod(d->descriptor, S_IRUSR | S_IWUSR) != 0
        || ::bind(d->descriptor, static_cast<const sockaddr *>(raw), sizeof address) != 0) {
        auto error = failed();
        close();
        return error;
    }
    d->path = path;
    struct stat made {
    };
    if (lstat(path.c_str(), &made) == 0) {
        d->device = made.st_dev;
        d->inode = made.st_ino;
    }
    if (::listen(d->descriptor, kBacklog) != 0) {
        auto error = failed();
        close();
        return error;
    }
    d->notifier = std::make_unique<QSocketNotifier>(d->descriptor, QSocketNotifier::Read);
    connect(d->notifier.get(), &QSocketNotifier::activated, this, [this] { d->accept(); });
    return {};
}

void LocalAcceptor::close()
{
    d->notifier.reset();
    if (d->descriptor >= 0)
        ::close(d->descriptor);
    d->descriptor = -1;
    if (!d->path.empty() && d->isOurs())
        unlink(d->path.c_str());
    d->path.clear();
}

} // namespace Mcp
