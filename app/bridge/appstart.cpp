// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge/appstart.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace Bridge
{

namespace
{

constexpr const char *kAppName = "turso-companion";

bool isOurUser(int descriptor)
{
    struct ucred peer {
    };
    socklen_t size = sizeof peer;
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0
        && peer.uid == geteuid();
}

bool isRunnable(const std::string &path)
{
    return access(path.c_str(), X_OK) == 0;
}

std::string besideUs()
{
    std::string path(4096, '\0');
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0)
        return {};
    path.resize(static_cast<std::size_t>(length));
    return path.substr(0, path.rfind('/') + 1) + kAppName;
}

std::string findApp()
{
    if (std::string path = besideUs(); isRunnable(path))
        return path;
    const char *search = std::getenv("PATH");
    std::string_view rest = search ? search : "";
    while (!rest.empty()) {
        const auto colon = rest.find(':');
        const std::string folder(rest.substr(0, colon));
        rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
        if (!folder.empty() && isRunnable(folder + '/' + kAppName))
            return folder + '/' + kAppName;
    }
    return {};
}

// In the grandchild: only calls that are safe between fork and exec. Never returns.
[[noreturn]] void becomeApp(const char *program, char *const *arguments, int errorPipe)
{
    const int nowhere = open("/dev/null", O_RDWR);
    if (nowhere < 0 || dup2(nowhere, 0) < 0 || dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0)
        _exit(1);
    // What the host passed on to us by mistake must not live as long as the app does.
    if (dup2(errorPipe, 3) == 3 && fcntl(3, F_SETFD, FD_CLOEXEC) == 0)
        close_range(4, ~0U, 0);
    std::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execv(program, arguments);
    const int error = errno;
    [[maybe_unused]] const ssize_t told = write(3, &error, sizeof error);
    _exit(1);
}

} // namespace

int connectToApp(const std::string &socketPath)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socketPath.size() >= sizeof address.sun_path)
        return -1;
    std::memcpy(address.sun_path, socketPath.c_str(), socketPath.size() + 1);
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    // Blocking, since the queue of an app that greets 50 agents may be full for a moment; but not
    // for ever.
    const timeval patience{2, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const auto *target = reinterpret_cast<const sockaddr *>(&address);
    // The folder may lie below /tmp, where others could have made it first: look who answers.
    if (connect(descriptor, target, sizeof address) != 0 || !isOurUser(descriptor)
        || fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

std::string startApp(const std::string &profile)
{
    const std::string program = findApp();
    if (program.empty())
        return "the program turso-companion was not found";
    std::vector<std::string> words{program, "--background"};
    words.reserve(6);
    if (!profile.empty()) {
        words.emplace_back("--profile");
        words.push_back(profile);
        // The port that agents' configurations name belongs to the user's own instance.
        words.emplace_back("--port");
        words.emplace_back("0");
    }
    std::vector<char *> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string &word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int errorPipe[2];
    if (pipe2(errorPipe, O_CLOEXEC) != 0)
        return std::string("it could not be started: ") + std::strerror(errno);
    const pid_t child = fork();
    if (child == 0) {
        // A session of its own, and an orphan: closing the host's terminal must not end the app.
        setsid();
        const pid_t grandchild = fork();
        if (grandchild == 0)
            becomeApp(program.c_str(), arguments.data(), errorPipe[1]);
        _exit(grandchild < 0 ? 1 : 0);
    }
    close(errorPipe[1]);
    int error = 0;
    const bool failed = child < 0 || read(errorPipe[0], &error, sizeof error) == sizeof error;
    close(errorPipe[0]);
    if (child > 0)
        waitpid(child, nullptr, 0);
    if (!failed)
        return {};
    return program + " could not be started: " + std::strerror(child < 0 ? errno : error);
}

StartLock::StartLock(const std::string &folder)
    : m_descriptor(
        open((folder + "/start.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600))
{
    m_held = m_descriptor >= 0 && flock(m_descriptor, LOCK_EX | LOCK_NB) == 0;
}

StartLock::~StartLock()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

} // namespace Bridge
