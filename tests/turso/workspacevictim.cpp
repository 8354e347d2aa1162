// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/branching.h"

#include <cstdio>
#include <map>
#include <vector>

// Works on a workspace by chance until it is killed, and says on its standard output what it
// begins and what was answered:
//   begin <database>            what follows may or may not have been done
//   state <time> <database> <hash>      the database's content since then
//   same <time> <database> <hash>       nothing was committed at this time
//   gone <database>
//   limit <database> <bytes>
// workspacevictim <folder> <seed> <time>

using namespace Turso;

namespace
{

class Victim
{
public:
    Victim(const std::string &folder, unsigned seed, Base::Millis time)
        : m_folder(folder)
        , m_statements(seed)
    {
        m_clock.advance(time - m_clock.now());
        WorkspaceOptions options;
        options.folder = folder;
        options.clock = &m_clock;
        options.seedDemo = false;
        options.archive.segmentBytes = seed % 2 == 0 ? 15'000 : 4 << 20;
        m_workspace = std::move(*Workspace::open(options));
        const auto databases = wait(m_workspace->databases(""));
        for (const Database &database : *databases) {
            m_names.push_back(database.name);
            m_contents[database.name]
                = contentOf(folder + "/databases/" + database.id + "/data.db");
        }
    }

    [[noreturn]] void work()
    {
        for (;;) {
            m_clock.advance(1 + m_statements.number(3));
            const unsigned dice = m_statements.number(20);
            if (m_names.empty() || (dice == 0 && m_names.size() < 5))
                create();
            else if (dice == 1)
                remove(any());
            else if (dice == 2)
                configure(any());
            else if (dice <= 5 && m_names.size() < 6)
                branch(any());
            else
                write(any());
        }
    }

private:
    std::string any() { return m_names[m_statements.number(unsigned(m_names.size()))]; }
    std::string fresh() { return "d" + std::to_string(m_clock.now()); }
    static void say(const std::string &line)
    {
        std::fputs((line + '\n').c_str(), stdout);
        std::fflush(stdout);
    }
    void sayState(const std::string &name, const std::string &id)
    {
        // What fails, and what finds nothing to do, commits nothing.
        const std::string content = contentOf(m_folder + "/databases/" + id + "/data.db");
        const bool isNew = m_contents[name] != content;
        m_contents[name] = content;
        say((isNew ? "state " : "same ") + std::to_string(m_clock.now()) + ' ' + name + ' '
            + std::to_string(qHash(QByteArray::fromStdString(content), 0)));
        m_states[name].push_back(m_clock.now());
    }

    void create()
    {
        const std::string name = fresh();
        say("begin " + name);
        const auto made = wait(m_workspace->createDatabase({.name = name, .group = ""}));
        if (!made)
            ::abort();
        m_names.push_back(name);
        sayState(name, made->id);
    }
    void remove(const std::string &name)
    {
        say("begin " + name);
        if (!wait(m_workspace->deleteDatabase(name)))
            ::abort();
        std::erase(m_names, name);
        say("gone " + name);
    }
    void configure(const std::string &name)
    {
        const std::int64_t limit = 4096LL * (100'000 + m_statements.number(1000));
        say("begin " + name);
        if (!wait(m_workspace->configureDatabase(name, {.sizeLimit = limit})))
            ::abort();
        say("limit " + name + ' ' + std::to_string(limit));
    }
    void branch(const std::string &source)
    {
        const std::string name = fresh();
        say("begin " + name);
        NewBranch wanted{.database = source, .name = name, .group = "", .timestamp = {}};
        const auto &known = m_states[source];
        if (!known.empty() && m_statements.number(2) == 0)
            wanted.timestamp = known[m_statements.number(unsigned(known.size()))];
        const auto made = wait(m_workspace->createBranch(wanted));
        if (!made) {
            std::fprintf(stderr, "%s\n", made.error().message.c_str());
            ::abort();
        }
        m_names.push_back(name);
        sayState(name, made->id);
    }
    void write(const std::string &name)
    {
        say("begin " + name);
        const unsigned dice = m_statements.number(8);
        const Privilege privilege = dice < 2 ? Privilege::Schema
            : dice == 2                      ? Privilege::Delete
                                             : Privilege::Write;
        run(*m_workspace, name, privilege,
            scriptOf(dice < 2        ? m_statements.schema()
                         : dice == 2 ? m_statements.remove()
                                     : m_statements.write()));
        sayState(name, wait(m_workspace->database(name))->id);
    }

    const std::string m_folder;
    RandomStatements m_statements;
    MovedClock m_clock;
    std::unique_ptr<Workspace> m_workspace;
    std::vector<std::string> m_names;
    std::map<std::string, std::vector<Base::Millis>> m_states;
    std::map<std::string, std::string> m_contents;
};

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    Victim(argv[1], unsigned(std::stoul(argv[2])), std::stoll(argv[3])).work();
}
