// SPDX-License-Identifier: GPL-3.0-or-later
// What Connector writes and takes back, with its records.
#include "connect/configfile.h"
#include "connect/configtext.h"
#include "connect/connector.h"
#include "connect/diff.h"
#include "connect/entry.h"

namespace Connect
{

using Base::ErrorKind;
using Base::fail;
using Base::Json;
using Base::Result;

namespace
{

// Our entry out of `now`, or what had been in its place before us.
Result<std::string> withoutOurs(const Agent &agent, const std::string &now,
                                const std::optional<std::string> &original)
{
    const Json before
        = original ? readConfig(*original, agent.dialect).value_or(Json()) : Json::object();
    const Json *theirs = findEntry(before, agent.container);
    const auto config = readConfig(now, agent.dialect);
    if (!config)
        return tl::unexpected(config.error());
    const Json *ours = findEntry(*config, agent.container);
    if (theirs && theirs->is_object() && ours && ours->is_object()) {
        EntryChange change{agent.container, {}, {}};
        for (const auto &[key, value] : theirs->items())
            change.set.emplace_back(key, value);
        for (const auto &[key, value] : ours->items()) {
            if (!theirs->contains(key))
                change.drop.push_back(key);
        }
        return withEntry(now, agent.dialect, change);
    }
    // Without a record nobody knows who made the container.
    const bool madeContainer = original && !before.contains(std::string(agent.container));
    return withoutEntry(now, agent.dialect, agent.container, madeContainer);
}

} // namespace

Result<Preview> Connector::undoOf(const Agent &agent) const
{
    const auto file = readConfigFile(configurationFile(agent, m_places));
    if (!file)
        return tl::unexpected(file.error());
    Preview preview;
    preview.agent = agent.id;
    preview.file = file->path;
    preview.existed = file->exists;
    preview.before = file->bytes;
    auto record = m_records.find(agent.id);
    if (record && record->file != file->path)
        record.reset();
    std::optional<std::string> original;
    if (record && record->existed) {
        auto bytes = m_records.backup(record->backup);
        if (bytes)
            original = std::move(*bytes);
        else
            record.reset();
    } else if (record) {
        original.emplace();
    }
    if (record && file->exists && digestOf(file->bytes) == record->written) {
        preview.after = *original;
        preview.removesFile = !record->existed;
    } else {
        const auto config = readConfig(file->bytes, agent.dialect);
        const std::string hint = record && record->existed
            ? "What it was before connecting is in " + m_records.pathOf(record->backup) + '.'
            : std::string();
        if (!config)
            return fail(ErrorKind::NotUnderstood,
                        file->path + " cannot be changed: " + config.error().message, hint);
        if (!findEntry(*config, agent.container))
            return fail(ErrorKind::NotFound,
                        "There is nothing of Turso Companion in " + file->path + '.');
        auto after = withoutOurs(agent, file->bytes, original);
        if (!after)
            return fail(ErrorKind::NotUnderstood,
                        file->path + " cannot be changed: " + after.error().message, hint);
        preview.after = std::move(*after);
        preview.notes.emplace_back(
            record ? "The file has changed since; only the entry of Turso Companion goes."
                   : "There is no record of the file before; only the entry of Turso Companion "
                     "goes.");
    }
    preview.diff = unifiedDiff(preview.before, preview.after, file->path,
                               preview.removesFile ? std::string() : file->path);
    if (auto may = checkWritable(*file); !may)
        return tl::unexpected(may.error());
    preview.notes.emplace_back(agent.restartNote);
    return preview;
}

Result<Preview> Connector::previewUndo(std::string_view id) const
{
    if (const Agent *agent = findAgent(id))
        return undoOf(*agent);
    return tl::unexpected(describe(id).error());
}

Result<Applied> Connector::apply(const Preview &preview)
{
    const Agent *agent = findAgent(preview.agent);
    if (!agent)
        return tl::unexpected(describe(preview.agent).error());
    auto file = readConfigFile(preview.file);
    if (!file)
        return tl::unexpected(file.error());
    if (file->exists != preview.existed || file->bytes != preview.before)
        return fail(ErrorKind::ImpactChanged, preview.file + " has changed in the meantime.",
                    "Nothing was written. Look at the change again.");
    Applied applied{preview.file, {}, false, preview.notes};
    if (preview.after == preview.before)
        return applied;
    const auto now = m_clock.now();
    Record record{
        preview.agent, preview.file, preview.existed, {}, digestOf(preview.after), {}, now};
    if (preview.existed) {
        const auto name = m_records.backUp(preview.agent, preview.before, now);
        if (!name)
            return tl::unexpected(name.error());
        applied.backup = m_records.pathOf(*name);
        record.backup = *name;
    }
    const auto earlier = m_records.find(preview.agent);
    if (earlier && earlier->file == preview.file && preview.existed) {
        // Connected before: undoing leads to what was there before the first time.
        if (digestOf(preview.before) == earlier->written) {
            record.existed = earlier->existed;
            record.backup = earlier->backup;
            record.folders = earlier->folders;
        } else if (const auto undone = undoOf(*agent)) {
            const auto name = m_records.backUp(preview.agent, undone->after, now);
            if (!name)
                return tl::unexpected(name.error());
            record.backup = *name;
        }
    }
    if (auto saved = m_records.save(record); !saved)
        return tl::unexpected(saved.error());
    auto folders = writeConfigFile(*file, preview.after);
    if (folders && !folders->empty()) {
        record.folders = std::move(*folders);
        if (auto saved = m_records.save(record); !saved)
            return tl::unexpected(saved.error());
    }
    if (!folders) {
        m_records.forget(preview.agent);
        if (earlier)
            static_cast<void>(m_records.save(*earlier));
        return tl::unexpected(folders.error());
    }
    m_records.prune(preview.agent); // not before: until now the earlier record may be needed again
    applied.changed = true;
    return applied;
}

Result<Undone> Connector::undo(std::string_view id)
{
    const auto preview = previewUndo(id);
    if (!preview)
        return tl::unexpected(preview.error());
    const auto record = m_records.find(id);
    auto file = readConfigFile(preview->file);
    if (!file)
        return tl::unexpected(file.error());
    file->exists = preview->existed;
    file->bytes = preview->before;
    Undone undone{preview->file, false, preview->removesFile, preview->notes};
    if (preview->removesFile) {
        if (auto done = removeConfigFile(*file, record->folders); !done)
            return tl::unexpected(done.error());
        undone.exact = true;
    } else {
        // A copy of what stands there now: undoing is a change as well.
        const auto copy = m_records.backUp(id, preview->before, m_clock.now());
        if (!copy)
            return tl::unexpected(copy.error());
        if (auto done = writeConfigFile(*file, preview->after); !done)
            return tl::unexpected(done.error());
        undone.exact = record && digestOf(preview->before) == record->written;
        if (!undone.exact && record && record->existed) {
            const auto original = m_records.backup(record->backup);
            undone.exact = original && *original == preview->after;
        }
    }
    m_records.forget(id);
    return undone;
}

} // namespace Connect
